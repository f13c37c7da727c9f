import { randomUUID } from 'node:crypto'
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Router } from 'express'
import { getPayload } from 'payload'
import type { Payload } from 'payload'
import { createConfig } from '../../payload.config.ts'
import type { ConfigExtensions } from '../../payload.config.ts'
import type { Environment } from '../env/index.ts'
import { createHealthRouter } from '../server/health.ts'
import { createHttpServer } from '../server/http.ts'
import { findReasonsNotReady } from '../server/readiness.ts'
import { openVault } from '../vault/index.ts'
import { createTestEnvironment } from './create-test-environment.ts'
import { createRestBridge } from './rest-bridge.ts'

export type TestServer = {
  payload: Payload
  environment: Environment
  /** `http://127.0.0.1:<port>`, for supertest and fetch. */
  url: string
  close(): Promise<void>
}

/** Boots the product on a database of its own and a free port, real sockets included; only Next is left out. */
export async function bootTestServer(
  overrides: Partial<Environment> = {},
  extensions: ConfigExtensions = {},
): Promise<TestServer> {
  const directory = mkdtempSync(path.join(tmpdir(), 'patchbay-test-'))
  const environment = createTestEnvironment({ databaseUri: newDatabase(directory), ...overrides })
  const config = createConfig(environment, extensions)
  const key = randomUUID()
  const payload = await getPayload({ config, key })
  try {
    await openVault({ payload })
  } catch (error) {
    await closeDatabase(payload)
    rmSync(directory, { recursive: true, force: true })
    throw error
  }

  const server = createHttpServer({
    webhooks: Router(),
    health: createHealthRouter({ reasonsNotReady: () => findReasonsNotReady({ payload }) }),
    rest: createRestBridge({ config, key }),
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo

  return {
    payload,
    environment,
    url: `http://127.0.0.1:${port}`,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await closeDatabase(payload)
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

/** Payload leaves SQLite's client open, which keeps the process alive. */
async function closeDatabase(payload: Payload): Promise<void> {
  await payload.destroy()
  ;(payload.db as { client?: { close?(): void } }).client?.close?.()
}

function newDatabase(directory: string): string {
  const template = process.env.TEMPLATE_DATABASE
  if (!template) throw new Error('TEMPLATE_DATABASE is not set: run this suite through npm test')
  const file = path.join(directory, 'test.db')
  copyFileSync(template, file)
  return `file:${file}`
}
