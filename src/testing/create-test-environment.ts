import { randomBytes } from 'node:crypto'
import type { Environment } from '../env/index.ts'

/** An environment for one test server: fresh secrets, nothing read from the process. */
export const createTestEnvironment = (overrides: Partial<Environment> = {}): Environment => ({
  port: 0,
  host: '127.0.0.1',
  publicUrl: 'http://localhost:3000',
  databaseUri: 'file::memory:',
  databaseKind: 'sqlite',
  payloadSecret: randomBytes(32).toString('base64'),
  encryptionKey: randomBytes(32),
  encryptionKeysRetired: [],
  signup: 'open',
  keySource: 'database',
  logLevel: 'silent',
  drainSeconds: 1,
  baseUrls: {},
  isDeployment: false,
  ...overrides,
})
