import { randomUUID } from 'node:crypto'
import { getPayload } from 'payload'
import { createConfig } from '../../payload.config.ts'
import { createTestEnvironment } from '../../src/testing/create-test-environment.ts'
import { checkCanary, rotateKeyEncryptionKey } from '../../src/vault/index.ts'
import { serve } from '../ipc.ts'
import type { Keys } from './server.ts'

/** The process of `npm run keys -- rotate`. */
const api = {
  async rotate({ databaseUri, current, retired }: Keys & { databaseUri: string }) {
    const environment = createTestEnvironment({
      databaseUri,
      encryptionKey: Buffer.from(current, 'base64'),
      encryptionKeysRetired: retired.map((key) => Buffer.from(key, 'base64')),
      logLevel: 'warn',
    })
    const payload = await getPayload({ config: createConfig(environment), key: randomUUID() })
    await checkCanary(payload)
    const since = performance.now()
    const { rewrapped, total, failures, state } = await rotateKeyEncryptionKey({ payload })
    const seconds = Number(((performance.now() - since) / 1_000).toFixed(2))
    return { seconds, rewrapped, total, failures: failures.length, state }
  },
}

export type RotatorApi = typeof api

serve(api)
