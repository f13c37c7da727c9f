import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import WebSocket from 'ws'
import { ProviderError } from './errors.ts'
import type { ResponseHeaders } from './http.ts'
import { createHeartbeat } from './heartbeat.ts'
import { flattenHeaders, readBounded, redirectError, timeoutError, unreachableError } from './http.ts'

/** How much of a refused handshake's body a plugin gets to see. */
const MAX_REFUSAL_BYTES = 4096
/** No provider sends a message near this; it bounds what a hostile one can make us hold. */
const MAX_MESSAGE_BYTES = 16 * 1024 * 1024

export type ProviderSocketOptions = {
  /** Provider id, `deepgram`; names the provider in errors. */
  provider: string
  /** `wss://…` or `ws://…`. Never repeated in an error, since some providers put keys into queries. */
  url: string
  headers: Readonly<Record<string, string>>
  /** From the call until the handshake is answered in full, in ms. Default 5,000. */
  connectTimeoutMs?: number
  /** How long sent data may wait without any of it leaving this process, in ms. Default 5,000. */
  sendTimeoutMs?: number
  /** How often the other side is asked for a sign of life, in ms. Default 5,000: a lost line is noticed within 10 s. */
  pingMs?: number
  /** Turns an HTTP answer that is not an upgrade into an error. Header names are in lower case; the body is cut at 4 KB. */
  mapHandshakeFailure(status: number, headers: ResponseHeaders, bodyText: string): ProviderError
  onOpen(responseHeaders: ResponseHeaders): void
  onText(text: string): void
  onBinary(data: Buffer): void
  /** Fatal, at most once; only `onClose` follows. */
  onError(error: ProviderError): void
  /** Always the last call, exactly once. 1006 where no close frame came. The reason is the provider's own text. */
  onClose(code: number, reason: string): void
}

export type ProviderSocket = {
  /** Sends a text frame; false, and nothing sent, when the socket is not open. */
  sendText(text: string): boolean
  /** Sends a binary frame; false, and nothing sent, when the socket is not open. */
  sendBinary(data: Uint8Array): boolean
  /** Sends a close frame and waits at most `graceMs` for the other side's; then drops the connection. */
  close(graceMs: number): void
  /** Drops the connection at once; `onClose` follows in a microtask. */
  destroy(): void
  readonly isOpen: boolean
  /** Bytes handed over that have not left this process yet. */
  readonly bufferedBytes: number
}

/**
 * Opens a WebSocket to a provider: no compression, no redirects, every wait bounded, every failure a `ProviderError`.
 * Nothing is thrown; failures arrive through `onError`, then `onClose`. All callbacks come after this returned.
 */
export function openProviderSocket(options: ProviderSocketOptions): ProviderSocket {
  const { provider, connectTimeoutMs = 5000, sendTimeoutMs = 5000, pingMs = 5000 } = options
  let responseHeaders: ResponseHeaders = {}
  let hasFailed = false
  let isFinished = false
  let waitingSends = 0
  let lastProgressAt = 0
  let sendTimer: NodeJS.Timeout | undefined
  let closeTimer: NodeJS.Timeout | undefined

  const finish = (code: number, reason: string) => {
    if (isFinished) return
    isFinished = true
    clearTimeout(connectTimer)
    clearTimeout(sendTimer)
    clearTimeout(closeTimer)
    heartbeat?.stop()
    socket?.terminate()
    options.onClose(code, reason)
  }
  const fail = (error: ProviderError) => {
    if (hasFailed || isFinished) return
    hasFailed = true
    options.onError(error)
    finish(1006, '')
  }
  const connectTimer = setTimeout(() => fail(timeoutError(provider)), connectTimeoutMs)

  const socket = createSocket(options)
  const heartbeat = socket && createHeartbeat({ socket, everyMs: pingMs, onDead: () => fail(timeoutError(provider)) })
  if (!socket) {
    queueMicrotask(() => fail(malformedError(provider)))
  } else {
    socket.on('upgrade', (response) => {
      responseHeaders = flattenIncoming(response.headers)
    })
    socket.on('open', () => {
      if (isFinished) return
      clearTimeout(connectTimer)
      heartbeat?.begin()
      options.onOpen(responseHeaders)
    })
    socket.on('unexpected-response', (_request, response) => {
      void readRefusal(options, response).then(fail)
    })
    socket.on('message', (data: Buffer, isBinary) => {
      if (isFinished || hasFailed) return
      if (isBinary) options.onBinary(data)
      else options.onText(data.toString('utf8'))
    })
    // Before the upgrade this is the network; after it, a frame that breaks the protocol.
    socket.on('error', (error) => fail(isProtocolError(error) ? brokenError(provider) : unreachableError(provider)))
    socket.on('close', (code, reason) => finish(code, reason.toString('utf8')))
  }

  const watchSends = () => {
    sendTimer = undefined
    if (waitingSends === 0 || isFinished) return
    const waited = Date.now() - lastProgressAt
    if (waited >= sendTimeoutMs) fail(timeoutError(provider))
    else sendTimer = setTimeout(watchSends, sendTimeoutMs - waited)
  }
  const onSent = () => {
    waitingSends--
    lastProgressAt = Date.now()
  }
  const send = (data: string | Uint8Array, binary: boolean) => {
    if (socket?.readyState !== WebSocket.OPEN || isFinished) return false
    if (waitingSends++ === 0) lastProgressAt = Date.now()
    socket.send(data, { binary, compress: false }, onSent)
    // One timer for all sends, armed only while something waits: frames that leave at once cost none.
    if (waitingSends > 0) sendTimer ??= setTimeout(watchSends, sendTimeoutMs)
    return true
  }

  const destroy = () => queueMicrotask(() => finish(1006, ''))

  return {
    sendText: (text) => send(text, false),
    sendBinary: (data) => send(data, true),
    close(graceMs) {
      if (isFinished) return
      if (socket?.readyState === WebSocket.CONNECTING) return destroy()
      closeTimer ??= setTimeout(() => finish(1006, ''), graceMs)
      heartbeat?.stop()
      socket?.close(1000)
    },
    destroy,
    get isOpen() {
      return socket?.readyState === WebSocket.OPEN && !isFinished
    },
    get bufferedBytes() {
      return socket?.bufferedAmount ?? 0
    },
  }
}

/** Undefined where the address or a header cannot be sent; the library's own error would quote the value, so it is dropped. */
function createSocket({ url, headers, connectTimeoutMs = 5000 }: ProviderSocketOptions): WebSocket | undefined {
  try {
    return new WebSocket(url, {
      headers,
      perMessageDeflate: false,
      followRedirects: false,
      maxPayload: MAX_MESSAGE_BYTES,
      // The timer above decides; this one only bounds the library should it ever hang beneath it.
      handshakeTimeout: connectTimeoutMs + 1000,
    })
  } catch {
    return undefined
  }
}

async function readRefusal(options: ProviderSocketOptions, response: IncomingMessage): Promise<ProviderError> {
  const { provider, mapHandshakeFailure } = options
  const status = response.statusCode ?? 0
  if (status >= 300 && status < 400) return redirectError(provider, status)
  try {
    const { text } = await readBounded(response, MAX_REFUSAL_BYTES)
    return mapHandshakeFailure(status, flattenIncoming(response.headers), text)
  } catch {
    return mapHandshakeFailure(status, flattenIncoming(response.headers), '')
  }
}

const flattenIncoming = (headers: IncomingHttpHeaders): ResponseHeaders => flattenHeaders(Object.entries(headers))

const isProtocolError = (error: Error): boolean => String((error as NodeJS.ErrnoException).code).startsWith('WS_ERR_')

const brokenError = (provider: string) =>
  new ProviderError({
    provider,
    kind: 'failed',
    message: 'The provider sent a frame that breaks the WebSocket protocol.',
  })

const malformedError = (provider: string) =>
  new ProviderError({
    provider,
    kind: 'invalid-request',
    message:
      'The connection to the provider could not be made: its address or the key holds characters that cannot be sent.',
  })
