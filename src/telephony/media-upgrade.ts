import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import type { WebSocket } from 'ws'
import type { MediaTokens } from './media-tokens.ts'

/** Whoever waits for a carrier's media socket. */
export type MediaTarget = {
  readonly provider: string
  /** False once it has a socket, or no use for one. */
  readonly awaitsMedia: boolean
  attachMedia(socket: WebSocket): void
}

export type MediaUpgrade = {
  /** @returns false when the path is none of ours */
  tryUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean
  close(): void
}

/** Carriers send 20 ms frames, some hundred bytes of JSON; nothing near this size is one. */
const MAX_MESSAGE_BYTES = 64 * 1024
const PATH = /^\/media\/([a-z][a-z0-9]*)\/([A-Za-z0-9_-]+)$/

/** Upgrades `/media/<carrier>/<token>` for the call that the token was issued for; any other token gets HTTP 401. */
export function createMediaUpgrade({ tokens }: { tokens: MediaTokens<MediaTarget> }): MediaUpgrade {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES, perMessageDeflate: false })
  return {
    tryUpgrade(request, socket, head) {
      const pathname = (request.url ?? '').replace(/\?.*$/, '')
      if (!pathname.startsWith('/media/')) return false
      const [, provider, token] = PATH.exec(pathname) ?? []
      const target = token === undefined ? undefined : tokens.take(token)
      if (!target?.awaitsMedia || target.provider !== provider) {
        socket.on('error', () => socket.destroy())
        socket.end('HTTP/1.1 401 Unauthorized\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
        return true
      }
      sockets.handleUpgrade(request, socket, head, (webSocket) => target.attachMedia(webSocket))
      return true
    },
    close() {
      for (const client of sockets.clients) client.terminate()
      sockets.close()
    },
  }
}
