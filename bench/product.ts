import { randomUUID } from 'node:crypto'
import path from 'node:path'
import { createConfig } from '../payload.config.ts'
import { CALLS } from '../src/collections/slugs.ts'
import type { Environment } from '../src/env/index.ts'
import { keepConnections } from '../src/server/keep-connections.ts'
import { listen } from '../src/server/listen.ts'
import { openProduct } from '../src/server/open-product.ts'
import type { Product } from '../src/server/open-product.ts'
import { getRuntime } from '../src/server/runtime.ts'
import { createTestEnvironment } from '../src/testing/create-test-environment.ts'
import { createRestBridge } from '../src/testing/rest-bridge.ts'
import { createProfiler } from './cpu-profile.ts'
import { serve } from './ipc.ts'
import { runMicroBenchmarks } from './micro.ts'
import { countResources, createProcessMeter, readMemory } from './process-meter.ts'

export type ClosedCall = {
  carrierCallId: string
  endedReason?: string
  turns?: { engineMs: number; speculative: boolean }[]
}

type OpenOptions = { directory: string; port: number } & Partial<Pick<Environment, 'baseUrls' | 'enabledProviders'>>

/** The product as `npm start` runs it, without Next: webhooks, media sockets, REST, database, vault, log lines. */
const createProductApi = () => {
  const meter = createProcessMeter()
  const profiler = createProfiler()
  let product: Product | undefined

  const opened = (): Product => {
    if (!product) throw new Error('The product is not open.')
    return product
  }

  return {
    async open({ directory, port, ...variables }: OpenOptions) {
      const environment = createTestEnvironment({
        port,
        publicUrl: `http://127.0.0.1:${port}`,
        databaseUri: `file:${path.join(directory, 'bench.db')}`,
        logLevel: 'info',
        ...variables,
      })
      keepConnections()
      const config = createConfig(environment)
      const key = randomUUID()
      const created = await openProduct({ environment, config, key, rest: createRestBridge({ config, key }) })
      created.server.on('upgrade', (request, socket, head) => {
        if (!created.telephony.tryUpgrade(request, socket, head)) socket.destroy()
      })
      await listen({ server: created.server, host: '127.0.0.1', port })
      product = created
      return environment.publicUrl
    },
    begin: meter.begin,
    end: meter.end,
    memory: readMemory,
    resources: () => ({ kinds: countResources(), liveCalls: getRuntime().liveCalls.size }),
    /** The records of calls by the carrier's ids. */
    async records({ since }: { since: string }): Promise<ClosedCall[]> {
      const { docs } = await opened().payload.find({
        collection: CALLS,
        overrideAccess: true,
        depth: 0,
        limit: 0,
        pagination: false,
        where: { startedAt: { greater_than_equal: since } },
        select: { carrierCallId: true, endedReason: true, turns: true },
      })
      return docs as unknown as ClosedCall[]
    },
    micro: ({ tenantId }: { tenantId: string }) => runMicroBenchmarks({ payload: opened().payload, tenantId }),
    startProfile: profiler.start,
    stopProfile: profiler.stop,
    close: () => opened().close(),
  }
}

export type ProductApi = ReturnType<typeof createProductApi>

serve(createProductApi())
