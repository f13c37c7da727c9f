import { openProviderSocket } from '../../src/provider-kit/index.ts'
import type { CheckKeyContext, ProviderError } from '../../src/provider-kit/index.ts'
import type { AssemblyAiCredentials } from './credentials.ts'
import { toAssemblyAiError, toCloseError, toMessageError } from './errors.ts'
import { parseObject } from './shape.ts'
import { buildStreamRequest } from './stream-request.ts'

const PROBE_MS = 3000

/**
 * Opens a stream and terminates it as soon as it begins: an account without credit is refused with 1008, which no
 * request over HTTP tells that costs nothing. A session costs by the time it is open, here some tenths of a second.
 * Source: https://www.assemblyai.com/docs/streaming/common-session-errors-and-closures
 * @returns the refusal; undefined where the stream began or AssemblyAI said nothing in time
 */
export function probeStream({
  credentials,
  origins,
  signal,
}: CheckKeyContext<AssemblyAiCredentials>): Promise<ProviderError | undefined> {
  const { url } = buildStreamRequest({
    origin: origins.streaming ?? '',
    options: { format: { encoding: 'mulaw', sampleRate: 8000 } },
  })
  return new Promise((resolve) => {
    const socket = openProviderSocket({
      provider: 'assemblyai',
      url,
      headers: { authorization: credentials.apiKey },
      connectTimeoutMs: PROBE_MS,
      mapHandshakeFailure: (status, headers, text) => toAssemblyAiError({ status, headers, text }),
      onOpen: () => {},
      onText(text) {
        const message = parseObject(text)
        if (message?.type === 'Error') resolve(toMessageError(message))
        else if (message?.type === 'Begin') {
          resolve(undefined)
          socket.sendText('{"type":"Terminate"}')
        } else if (message?.type !== 'Termination') return
        if (message.type !== 'Begin') socket.close(100)
      },
      onBinary: () => {},
      onError: resolve,
      onClose(code, reason) {
        clearTimeout(timer)
        signal.removeEventListener('abort', socket.destroy)
        resolve(code === 1006 ? undefined : toCloseError({ code, reason }))
      },
    })
    const timer = setTimeout(socket.destroy, PROBE_MS)
    signal.addEventListener('abort', socket.destroy, { once: true })
    if (signal.aborted) socket.destroy()
  })
}
