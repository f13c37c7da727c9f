import { createServer } from 'node:http'
import type { IncomingHttpHeaders, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export type ReceivedWebhook = { url: string; headers: IncomingHttpHeaders; body: string }

export type WebhookReceiver = {
  url: string
  port: number
  webhooks: ReceivedWebhook[]
  /** How it answers; 204 by default. */
  behave: (response: ServerResponse) => void
  close(): Promise<void>
}

/** A real HTTP server on this machine that keeps what it is sent. */
export async function startWebhookReceiver(): Promise<WebhookReceiver> {
  const webhooks: ReceivedWebhook[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      webhooks.push({ url: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks).toString() })
      receiver.behave(response)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const receiver: WebhookReceiver = {
    url: `http://127.0.0.1:${port}/alerts?token=in-the-query`,
    port,
    webhooks,
    behave: (response) => void response.writeHead(204).end(),
    close() {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
  return receiver
}

/**
 * Checks a webhook as the specification tells receivers to, written apart from the product.
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export async function verifyWebhook({ headers, body }: ReceivedWebhook, secret: string): Promise<boolean> {
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures } = headers
  if (Math.abs(Date.now() / 1000 - Number(timestamp)) > 300) return false
  const bytes = Uint8Array.from(atob(secret.replace(/^whsec_/, '')), (character) => character.charCodeAt(0))
  const key = await crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['verify'])
  const signed = new TextEncoder().encode(`${id}.${timestamp}.${body}`)
  for (const one of String(signatures).split(' ')) {
    const [version, text = ''] = one.split(',')
    const signature = Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
    if (version === 'v1' && (await crypto.subtle.verify('HMAC', key, signature, signed))) return true
  }
  return false
}
