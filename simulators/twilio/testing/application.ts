import { once } from 'node:events'
import { createServer } from 'node:http'
import { WebSocketServer } from 'ws'
import twilio from '../../../plugins/twilio/index.ts'
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { WebSocket } from 'ws'
import type { MediaCodec, MediaEvent, TelephonyEvent, WebhookReply } from '../../../src/provider-kit/index.ts'

const present = <T>(value: T | undefined): T => {
  if (value === undefined) throw new Error('Twilio has no telephony')
  return value
}
const telephony = present(twilio.telephony)
export const instructions = present(telephony.instructions)
export const createClient = telephony.createClient

/** The application's end of a media socket. */
export type AgentSocket = {
  socket: WebSocket
  /** Of the upgrade. */
  headers: IncomingHttpHeaders
  url: string
  codec: MediaCodec
  events: MediaEvent[]
  heard: () => Buffer
  next: (type: string) => Promise<MediaEvent>
}

export type Received = { path: string; url: string; headers: IncomingHttpHeaders; rawBody: Buffer; isGenuine: boolean }

export type Application = {
  /** For an account of the simulator. */
  webhookUrl: string
  streamUrl: string
  received: Received[]
  /** What the plugin read in the webhooks that it took for genuine. */
  events: TelephonyEvent[]
  /** What `voice` is answered with. Default a stream. */
  reply: (event: TelephonyEvent) => WebhookReply
  /** Whether upgrades are refused with 401. */
  isRefusing: boolean
  nextSocket(): Promise<AgentSocket>
  eventOf<Type extends TelephonyEvent['type']>(type: Type): Promise<TelephonyEvent & { type: Type }>
  close(): Promise<void>
}

const readBody = async (request: IncomingMessage) => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

const adopt = (socket: WebSocket, { headers, url = '' }: IncomingMessage): AgentSocket => {
  const codec = telephony.createMediaCodec()
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
    headers,
    url,
    codec,
    events,
    heard: () => Buffer.concat(events.flatMap((event) => (event.type === 'media' ? event.payload : []))),
    next: (type) => {
      const past = type === 'media' ? undefined : events.find((event) => event.type === type)
      return past ? Promise.resolve(past) : new Promise((resolve) => waiting.push({ type, resolve }))
    },
  }
}

/** An application that does with the plugin what the product does, and keeps what it got. */
export async function createApplication(credentials: { accountSid: string; authToken: string }): Promise<Application> {
  const sockets = new WebSocketServer({ noServer: true })
  const taken: AgentSocket[] = []
  const takers: ((socket: AgentSocket) => void)[] = []
  const waiting: { type: string; resolve: (event: never) => void }[] = []
  const server = createServer(async (request, response) => {
    const rawBody = await readBody(request)
    const url = `${origin}${request.url}`
    const path = new URL(url).pathname.split('/').at(-1) ?? ''
    const webhook = { path, url, headers: request.headers, rawBody }
    const isGenuine = telephony.verifyWebhook(webhook, credentials, Date.now()).ok
    application.received.push({ ...webhook, isGenuine })
    if (!isGenuine) return response.writeHead(403).end()
    const event = telephony.parseWebhook(webhook)
    const reply = instructions.awaitsInstructions(webhook) ? application.reply(event) : instructions.acknowledge()
    response.writeHead(reply.status, { 'content-type': reply.contentType }).end(reply.body)
    application.events.push(event)
    for (const waiter of [...waiting]) {
      if (waiter.type === event.type) waiting.splice(waiting.indexOf(waiter), 1)[0]?.resolve(event as never)
    }
  })
  server.on('upgrade', (request, socket, head) => {
    if (application.isRefusing) return socket.end('HTTP/1.1 401 Unauthorized\r\nconnection: close\r\n\r\n')
    sockets.handleUpgrade(request, socket, head, (ws) => {
      const agent = adopt(ws, request)
      const taker = takers.shift()
      if (taker) taker(agent)
      else taken.push(agent)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const origin = `http://127.0.0.1:${port}`

  const application: Application = {
    webhookUrl: `${origin}/webhooks/twilio/t1`,
    streamUrl: `ws://127.0.0.1:${port}/media/twilio/token-of-one-call`,
    received: [],
    events: [],
    reply: () => instructions.startStream({ streamUrl: application.streamUrl }),
    isRefusing: false,
    nextSocket: () =>
      new Promise((resolve) => {
        const socket = taken.shift()
        if (socket) resolve(socket)
        else takers.push(resolve)
      }),
    eventOf: (type) => {
      const past = application.events.find((event) => event.type === type)
      return past ? Promise.resolve(past as never) : new Promise((resolve) => waiting.push({ type, resolve }))
    },
    close: async () => {
      for (const socket of sockets.clients) socket.terminate()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return application
}
