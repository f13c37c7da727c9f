import { openProviderSocket } from '../../src/provider-kit/index.ts'
import type { CheckKeyContext, ProviderError } from '../../src/provider-kit/index.ts'
import type { SonioxCredentials } from './credentials.ts'
import { toMessageError, toSonioxError } from './errors.ts'
import { parseObject } from './shape.ts'
import { buildStartRequest } from './start-request.ts'

const PROBE_MS = 3000

/**
 * Starts a stream and ends it before any audio: an account without credit is refused with 402, which no request over
 * HTTP tells that costs nothing. Source: https://soniox.com/docs/stt/rt/error-handling
 * @returns the refusal; undefined where the stream ended in order or Soniox said nothing in time
 */
export function probeStream({
  credentials,
  origins,
  signal,
}: CheckKeyContext<SonioxCredentials>): Promise<ProviderError | undefined> {
  const { url, message } = buildStartRequest({
    origin: origins.realtime ?? '',
    options: { format: { encoding: 'mulaw', sampleRate: 8000 } },
  })
  return new Promise((resolve) => {
    const socket = openProviderSocket({
      provider: 'soniox',
      url,
      headers: { authorization: `Bearer ${credentials.apiKey}` },
      connectTimeoutMs: PROBE_MS,
      mapHandshakeFailure: (status, headers, text) => toSonioxError({ status, headers, text }),
      onOpen() {
        socket.sendText(message)
        socket.sendText('')
      },
      onText(text) {
        const answer = parseObject(text)
        const error = toMessageError(answer)
        if (error) resolve(error)
        if (error || answer?.finished === true) socket.close(100)
      },
      onBinary: () => {},
      onError: resolve,
      onClose() {
        clearTimeout(timer)
        signal.removeEventListener('abort', socket.destroy)
        resolve(undefined)
      },
    })
    const timer = setTimeout(socket.destroy, PROBE_MS)
    signal.addEventListener('abort', socket.destroy, { once: true })
    if (signal.aborted) socket.destroy()
  })
}
