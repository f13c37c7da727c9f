import { bootTestServer } from '../../src/testing/boot.ts'
import type { TestServer } from '../../src/testing/boot.ts'
import { openSeeded, seedVault } from '../../src/testing/vault-rig.ts'
import type { SeededKey } from '../../src/testing/vault-rig.ts'
import { serve } from '../ipc.ts'
import { createProcessMeter } from '../process-meter.ts'
import { measureOpening } from './measure-opening.ts'
import { startOpenLoad } from './open-load.ts'

export type Keys = { current: string; retired: string[] }
type Client = { execute(sql: string): Promise<unknown> }

/** Keys that are opened for the measurement of one opening: few enough to stay warm for a minute. */
const WARM_KEYS = 400

/** A server that serves while its keys are rotated; all but Next. */
const createServerApi = () => {
  const meter = createProcessMeter()
  let server: TestServer | undefined
  let keys: SeededKey[] = []
  let load: ReturnType<typeof startOpenLoad> | undefined

  const opened = (): TestServer => {
    if (!server) throw new Error('The server is not open.')
    return server
  }

  return {
    async open({ databaseUri, current, retired }: Keys & { databaseUri: string }) {
      server = await bootTestServer({
        databaseUri,
        encryptionKey: Buffer.from(current, 'base64'),
        encryptionKeysRetired: retired.map((key) => Buffer.from(key, 'base64')),
        logLevel: 'warn',
      })
    },
    /** Stores keys as REST does after a test of them; in one transaction, because only the result matters here. */
    async seed({ tenants, providers }: { tenants: number; providers: string[] }) {
      const { payload } = opened()
      const { client } = payload.db as unknown as { client: Client }
      await client.execute('BEGIN')
      keys = await seedVault({ payload, tenants, providers })
      await client.execute('COMMIT')
      return keys.length
    },
    measureOpening: () => measureOpening({ payload: opened().payload, keys: keys.slice(0, WARM_KEYS) }),
    startLoad(options: { callsPerSecond: number; keysPerCall: number }) {
      meter.begin()
      load = startOpenLoad({ payload: opened().payload, keys, ...options })
    },
    async stopLoad() {
      if (!load) throw new Error('There is no load.')
      return { ...(await load.stop()), usage: meter.end() }
    },
    /** @returns how many keys could be opened, each data key unwrapped anew */
    async openAll() {
      for (const key of keys) await openSeeded(opened().payload, key)
      return keys.length
    },
    /** Knows the keys that another process has stored. */
    adopt(given: { keys: SeededKey[] }) {
      keys = given.keys
    },
    listKeys: () => keys,
    close: () => opened().close(),
  }
}

export type ServerApi = ReturnType<typeof createServerApi>

serve(createServerApi())
