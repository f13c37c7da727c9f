import { randomUUID } from 'node:crypto'
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Payload } from 'payload'
import { createConfig } from '../../payload.config.ts'
import type { ConfigExtensions } from '../../payload.config.ts'
import type { Environment } from '../env/index.ts'
import { listen } from '../server/listen.ts'
import { openProduct } from '../server/open-product.ts'
import { createTestEnvironment } from './create-test-environment.ts'
import { createRestBridge } from './rest-bridge.ts'

export type TestServer = {
  payload: Payload
  environment: Environment
  /** `http://127.0.0.1:<port>`, for supertest and fetch. */
  url: string
  close(): Promise<void>
}

/**
 * Boots the product on a database of its own and a free port, real sockets included; only Next is left out.
 * @param overrides of the environment
 * @param extensions of the config: providers or collections that only a test has
 */
export async function bootTestServer(overrides: Partial<Environment> = {}, extensions: ConfigExtensions = {}): Promise<TestServer> {
  const directory = mkdtempSync(path.join(tmpdir(), 'patchbay-test-'))
  const port = await findFreePort()
  const url = `http://127.0.0.1:${port}`
  const database = overrides.databaseUri ?? newDatabase(directory)
  const environment = createTestEnvironment({ port, publicUrl: url, ...overrides, databaseUri: database })
  const config = createConfig(environment, extensions)
  const key = randomUUID()
  const product = await openProduct({ environment, config, key, rest: createRestBridge({ config, key }) })
  product.server.on('upgrade', (request, socket, head) => {
    if (!product.telephony.tryUpgrade(request, socket, head)) socket.destroy()
  })
  await listen({ server: product.server, host: '127.0.0.1', port })

  return {
    payload: product.payload,
    environment,
    url,
    async close() {
      await product.close()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

/** The address must be known before the server is built: carriers are given it. */
const findFreePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo
      probe.close(() => resolve(port))
    })
  })

function newDatabase(directory: string): string {
  const template = process.env.TEMPLATE_DATABASE
  if (!template) throw new Error('TEMPLATE_DATABASE is not set: run this suite through npm test')
  const file = path.join(directory, 'test.db')
  copyFileSync(template, file)
  return `file:${file}`
}
