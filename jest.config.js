const transform = {
  '^.+\\.tsx?$': [
    '@swc/jest',
    {
      jsc: {
        target: 'es2022',
        parser: { syntax: 'typescript', tsx: true },
        transform: { react: { runtime: 'automatic' } },
      },
      module: { type: 'es6' },
    },
  ],
}

const shared = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  transform,
  moduleNameMapper: {
    '^@payload-config$': '<rootDir>/payload.config.ts',
    '\\.(css|scss)$': '<rootDir>/src/testing/empty-module.js',
  },
  modulePathIgnorePatterns: ['<rootDir>/.next/', '<rootDir>/data/'],
}

const integration = {
  ...shared,
  testMatch: ['<rootDir>/{src,plugins,simulators,bench}/**/*.int.test.ts'],
  setupFiles: ['<rootDir>/src/testing/quick-passwords.ts'],
}

const mongoUri = process.env.MONGODB_TEST_URI

export default {
  // What Node keeps of modules in a VM grows with every file: a worker begins anew before it slows the others down.
  workerIdleMemoryLimit: '1GB',
  // For a machine that has much else to do: what hangs has deadlines of its own.
  testTimeout: 120_000,
  projects: [
    {
      ...shared,
      displayName: 'unit',
      testMatch: ['<rootDir>/{src,plugins,simulators,bench,scripts,docs}/**/*.test.ts'],
      testPathIgnorePatterns: ['\\.(int|browser|e2e)\\.test\\.ts$'],
    },
    {
      ...integration,
      displayName: 'integration',
      globalSetup: '<rootDir>/src/testing/global-setup.ts',
    },
    // The same suites on MongoDB; left out are those of an embedded database's file, of starting, and of what carriers
    // and providers say on the wire, which no database changes.
    ...(mongoUri
      ? [
          {
            ...integration,
            displayName: 'mongodb',
            globals: { TEST_MONGODB_URI: mongoUri },
            testPathIgnorePatterns: [
              '/(start-failures|no-platform-key)\\.int\\.test\\.ts$',
              '/(call-matrix|both-carriers|instructions|media-socket|provider-failures)\\.int\\.test\\.ts$',
            ],
          },
        ]
      : []),
    // A browser before the built product: run by `npm run test:browser` alone.
    {
      ...shared,
      displayName: 'browser',
      testMatch: ['<rootDir>/src/**/*.browser.test.ts'],
    },
  ],
}
