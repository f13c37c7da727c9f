import { once } from 'node:events'
import telnyx from '../../../plugins/telnyx/index.ts'
import type { WebSocket, WebSocketServer } from 'ws'
import type { MediaCodec, MediaEvent } from '../../../src/provider-kit/index.ts'

/** The application's end of a media socket. */
export type AgentSocket = {
  socket: WebSocket
  codec: MediaCodec
  events: MediaEvent[]
  heard: () => Buffer
  next: (type: string) => Promise<MediaEvent>
}

/** Takes the next media socket that reaches `application` and reads it with the plugin's codec. */
export const takeAgentSocket = async (application: WebSocketServer): Promise<AgentSocket> => {
  const [socket] = (await once(application, 'connection')) as [WebSocket]
  const codec = telnyx.telephony?.createMediaCodec()
  if (!codec) throw new Error('Telnyx has no telephony')
  const events: MediaEvent[] = []
  const waiting: { type: string; resolve: (event: MediaEvent) => void }[] = []
  socket.on('message', (data) => {
    const event = codec.parse(String(data))
    events.push(event)
    const index = waiting.findIndex(({ type }) => type === event.type)
    if (index >= 0) waiting.splice(index, 1)[0]?.resolve(event)
  })
  return {
    socket,
    codec,
    events,
    heard: () => Buffer.concat(events.flatMap((event) => (event.type === 'media' ? event.payload : []))),
    next: (type) => new Promise((resolve) => waiting.push({ type, resolve })),
  }
}
