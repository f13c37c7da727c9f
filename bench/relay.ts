import type { AddressInfo } from 'node:net'
import { once } from 'node:events'
import { WebSocketServer } from 'ws'
import { serve } from './ipc.ts'
import { createProcessMeter } from './process-meter.ts'

/**
 * What the product is measured against: a server that does nothing with a call but send each media frame straight back,
 * parsed and written as JSON like the carrier's protocol wants it.
 */
const createRelayApi = () => {
  const meter = createProcessMeter()
  return {
    async open(): Promise<string> {
      const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false })
      server.on('connection', (socket) => {
        socket.on('error', () => {})
        socket.on('message', (data) => {
          const message = JSON.parse(String(data)) as { event: string; media?: { payload: string } }
          if (message.event !== 'media' || !message.media) return
          socket.send(JSON.stringify({ event: 'media', media: { payload: message.media.payload } }))
        })
      })
      await once(server, 'listening')
      return `ws://127.0.0.1:${(server.address() as AddressInfo).port}`
    },
    begin: meter.begin,
    end: meter.end,
  }
}

export type RelayApi = ReturnType<typeof createRelayApi>

serve(createRelayApi())
