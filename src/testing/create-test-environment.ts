import { randomBytes } from 'node:crypto'
import type { Environment } from '../env/index.ts'

/** An environment for one test server: fresh secrets, nothing read from the process. */
export const createTestEnvironment = ({
  databaseUri = 'file::memory:',
  ...overrides
}: Partial<Omit<Environment, 'databaseKind'>> = {}): Environment => ({
  port: 0,
  host: '127.0.0.1',
  publicUrl: 'http://localhost:3000',
  databaseUri,
  databaseKind: databaseUri.startsWith('file:') ? 'sqlite' : 'mongodb',
  payloadSecret: randomBytes(32).toString('base64'),
  encryptionKey: randomBytes(32),
  encryptionKeysRetired: [],
  signup: 'open',
  keySource: 'database',
  logLevel: 'silent',
  drainSeconds: 1,
  baseUrls: {},
  enabledProviders: [],
  privateDestinations: [],
  trustedProxies: ['loopback'],
  isDeployment: false,
  ...overrides,
})
