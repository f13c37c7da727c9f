import { openProviderSocket } from '../../src/provider-kit/index.ts'
import type { CheckKeyContext } from '../../src/provider-kit/index.ts'
import type { DeepgramCredentials } from './credentials.ts'
import { toDeepgramError } from './errors.ts'
import { buildListenRequest } from './listen-request.ts'

const PROBE_MS = 3000

/**
 * Opens a stream and closes it before any audio, which costs nothing: a project without credit is refused with 402.
 * Source: https://developers.deepgram.com/docs/errors (ASR_PAYMENT_REQUIRED)
 * @returns false where the stream is refused or does not open in time
 */
export function hasCreditToListen({
  credentials,
  origins,
  signal,
}: CheckKeyContext<DeepgramCredentials>): Promise<boolean> {
  const { url } = buildListenRequest({
    origin: origins.api ?? '',
    options: { format: { encoding: 'mulaw', sampleRate: 8000 } },
  })
  return new Promise((resolve) => {
    const socket = openProviderSocket({
      provider: 'deepgram',
      url,
      headers: { authorization: `Token ${credentials.apiKey}` },
      connectTimeoutMs: PROBE_MS,
      mapHandshakeFailure: (status, headers, text) => toDeepgramError({ status, headers, text }),
      onOpen() {
        resolve(true)
        socket.sendText('{"type":"CloseStream"}')
        socket.close(1000)
      },
      onText: () => {},
      onBinary: () => {},
      onError: () => resolve(false),
      onClose() {
        signal.removeEventListener('abort', socket.destroy)
        resolve(false)
      },
    })
    signal.addEventListener('abort', socket.destroy, { once: true })
    if (signal.aborted) socket.destroy()
  })
}
