import type { Environment } from './load-environment.ts'

const ENVIRONMENT = Symbol.for('patchbay.environment')
type Holder = { [ENVIRONMENT]?: Environment }

/** Hands the settings to `payload.config.ts`, which two module graphs of this process evaluate. Called once, by the server's start. */
export function provideEnvironment(environment: Environment): void {
  ;(globalThis as Holder)[ENVIRONMENT] = environment
}

/** The settings of this process; outside a server (a build, the generation of types) settings that can open nothing. */
export function currentEnvironment(): Environment {
  return (globalThis as Holder)[ENVIRONMENT] ?? BUILD_ENVIRONMENT
}

const BUILD_ENVIRONMENT: Environment = {
  port: 3000,
  host: '127.0.0.1',
  publicUrl: 'http://localhost:3000',
  databaseUri: 'file::memory:',
  databaseKind: 'sqlite',
  payloadSecret: 'no server runs on this: it signs nothing',
  encryptionKey: Buffer.alloc(32),
  encryptionKeysRetired: [],
  signup: 'closed',
  keySource: 'database',
  logLevel: 'warn',
  drainSeconds: 0,
  baseUrls: {},
  enabledProviders: [],
  privateDestinations: [],
  trustedProxies: [],
  isDeployment: false,
}
