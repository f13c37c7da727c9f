import { afterEach } from '@jest/globals'
import type { WebSocket } from 'ws'
import { createSimulatorServer } from '../../../simulators/kit/index.ts'
import { createOpenStreams } from '../../../simulators/kit/testing/open-streams.ts'
import { createXaiSimulator } from '../../../simulators/xai/index.ts'
import type { XaiSimulatedKey } from '../../../simulators/xai/index.ts'
import type { SttOptions, TtsOptions } from '../../../src/provider-kit/index.ts'
import { stt } from '../stt.ts'
import { tts } from '../tts.ts'

export const KEY = 'xai-T3BlbkFJ-good'

/** Streams of the plugin and servers for them, dropped after each test. */
export function createVoiceHarness() {
  const streams = createOpenStreams()
  const servers: { close(): Promise<void> }[] = []
  afterEach(async () => {
    await streams.closeAll()
    for (const server of servers.splice(0)) await server.close()
  })

  return {
    streams,
    async simulate(account: XaiSimulatedKey = {}) {
      const simulator = await createXaiSimulator({ keys: { [KEY]: account } })
      servers.push(simulator)
      return simulator
    },
    /** A server that does with the socket what a test wants. */
    async serve(accept: (socket: WebSocket) => void) {
      const server = await createSimulatorServer({
        onRequest: () => ({ status: 404 }),
        onUpgrade: () => ({ accept }),
      })
      servers.push(server)
      return server
    },
    connect: (api: string, { apiKey = KEY, ...options }: Partial<TtsOptions> & { apiKey?: string } = {}) =>
      streams.speakWith(tts, { credentials: { apiKey }, origins: { api } }, options),
    listen: (api: string, { apiKey = KEY, ...options }: Partial<SttOptions> & { apiKey?: string } = {}) =>
      streams.listen(stt, { credentials: { apiKey }, origins: { api } }, options),
  }
}
