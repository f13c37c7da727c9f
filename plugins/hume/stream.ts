import { openProviderSocket } from '../../src/provider-kit/index.ts'
import type { ProviderError } from '../../src/provider-kit/index.ts'
import type { HumeFailure } from './errors.ts'
import { toHttpError, toHumeError } from './errors.ts'
import { parseServerMessage } from './protocol.ts'
import type { ClientMessage, ServerMessage } from './protocol.ts'

type StreamListener = {
  onMessage(message: ServerMessage): void
  onClose(code: number): void
  onError(error: ProviderError): void
}

/** One socket, for one utterance. Messages wait until it is open. */
export type HumeStream = {
  send(message: ClientMessage): void
  listen(listener: StreamListener): void
  toError(failure: HumeFailure): ProviderError
  /** Nobody needs it any more: it is dropped, and with it what Hume still generates. */
  release(): void
  /** Says goodbye in the order of the protocol, within `graceMs`. */
  close(graceMs: number): void
  readonly isClosed: boolean
}

type StreamOptions = {
  url: string
  apiKey: string
  onOpen(requestId: string | undefined): void
  onWarning(message: string): void
  /** Fatal for this stream; told before whoever listens to it hears of it. */
  onFailed(error: ProviderError): void
  onClosed(): void
}

/**
 * Opens a stream at once.
 * The key goes into a header, not into the address as the SDK does: addresses end up in logs.
 */
export const openHumeStream = ({ url, apiKey, ...options }: StreamOptions): HumeStream => {
  const waiting: ClientMessage[] = []
  let listener: StreamListener | undefined
  let isClosed = false

  const socket = openProviderSocket({
    provider: 'hume',
    url,
    headers: { 'x-hume-api-key': apiKey },
    mapHandshakeFailure: toHttpError,
    onOpen(headers) {
      options.onOpen(headers['x-request-id'])
      for (const message of waiting.splice(0)) socket.sendText(JSON.stringify(message))
    },
    onText(text) {
      const message = parseServerMessage(text)
      if (message.type === 'malformed') options.onWarning('Hume sent a message that is not JSON.')
      else listener?.onMessage(message)
    },
    onBinary: () => options.onWarning('Hume sent a binary message, though none were asked for.'),
    onError(error) {
      options.onFailed(error)
      listener?.onError(error)
    },
    onClose(code) {
      isClosed = true
      listener?.onClose(code)
      options.onClosed()
    },
  })

  return {
    send(message) {
      if (!socket.sendText(JSON.stringify(message))) waiting.push(message)
    },
    listen(next) {
      listener = next
    },
    toError(failure) {
      const error = toHumeError(failure)
      options.onFailed(error)
      return error
    },
    release() {
      listener = undefined
      socket.destroy()
    },
    close: (graceMs) => socket.close(graceMs),
    get isClosed() {
      return isClosed
    },
  }
}
