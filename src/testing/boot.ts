import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Payload } from 'payload'
import { createConfig } from '../../payload.config.ts'
import type { ConfigExtensions } from '../../payload.config.ts'
import type { Environment } from '../env/index.ts'
import type { TelephonyDeadlines } from '../telephony/index.ts'
import { listen } from '../server/listen.ts'
import { openProduct } from '../server/open-product.ts'
import { createTestEnvironment } from './create-test-environment.ts'
import { createRestBridge } from './rest-bridge.ts'
import { createTestDatabase } from './test-database.ts'

export type TestServer = {
  payload: Payload
  environment: Environment
  /** `http://127.0.0.1:<port>`, for supertest and fetch. */
  url: string
  /** Resolves when no webhook is being worked on and no call is open. */
  idle(): Promise<void>
  /** Ends every call as the server does when it closes; it can take no further one. */
  closeCalls(): Promise<void>
  close(): Promise<void>
}

export type TestExtensions = ConfigExtensions & {
  deadlines?: Partial<TelephonyDeadlines>
  heartbeatMs?: number
  runsJobs?: boolean
}

/**
 * Boots the product on a database of its own and a free port, real sockets included; only Next is left out.
 * @param overrides of the environment
 * @param extensions providers or collections that only a test has, and shorter deadlines of calls
 */
export async function bootTestServer(
  overrides: Partial<Environment> = {},
  extensions: TestExtensions = {},
): Promise<TestServer> {
  const directory = mkdtempSync(path.join(tmpdir(), 'patchbay-test-'))
  const port = await findFreePort()
  const url = `http://127.0.0.1:${port}`
  const database = overrides.databaseUri ? undefined : createTestDatabase({ directory })
  const databaseUri = overrides.databaseUri ?? database?.uri
  const environment = createTestEnvironment({ port, publicUrl: url, ...overrides, databaseUri })
  const { deadlines, heartbeatMs, runsJobs, ...additions } = extensions
  const config = createConfig(environment, additions)
  const key = randomUUID()
  const discard = async () => {
    await database?.drop()
    rmSync(directory, { recursive: true, force: true })
  }
  const rest = createRestBridge({ config, key })
  const options = { environment, config, key, rest, deadlines, heartbeatMs, runsJobs }
  const product = await openProduct(options).catch(async (error) => {
    await discard()
    throw error
  })
  product.server.on('upgrade', (request, socket, head) => {
    if (!product.telephony.tryUpgrade(request, socket, head)) socket.destroy()
  })
  await listen({ server: product.server, host: '127.0.0.1', port })

  return {
    payload: product.payload,
    environment,
    url,
    idle: product.telephony.idle,
    closeCalls() {
      product.telephony.close()
      return product.telephony.idle()
    },
    async close() {
      await product.close()
      await discard()
    },
  }
}

/** The address must be known before the server is built: carriers are given it. */
export const findFreePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo
      probe.close(() => resolve(port))
    })
  })
