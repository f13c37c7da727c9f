import { openProviderSocket } from '../../src/provider-kit/index.ts'
import type { CheckKeyContext, ProviderError } from '../../src/provider-kit/index.ts'
import type { ElevenLabsCredentials } from './credentials.ts'
import { toHandshakeError } from './errors.ts'
import { buildTranscribeRequest } from './transcribe-request.ts'
import { createTranscriptReader } from './transcript-reader.ts'

const PROBE_MS = 2500

/**
 * Opens a transcription and ends it before any audio, which costs nothing: no request over HTTP tells for free whether a
 * restricted key may transcribe.
 * @returns the refusal; undefined where the stream was accepted or nothing was said in time
 */
export function probeStream({
  credentials,
  origins,
  signal,
}: CheckKeyContext<ElevenLabsCredentials>): Promise<ProviderError | undefined> {
  const { url } = buildTranscribeRequest({
    origin: origins.api ?? '',
    options: { format: { encoding: 'mulaw', sampleRate: 8000 } },
  })
  const reader = createTranscriptReader()
  return new Promise((resolve) => {
    const socket = openProviderSocket({
      provider: 'elevenlabs',
      url,
      headers: { 'xi-api-key': credentials.apiKey },
      connectTimeoutMs: PROBE_MS,
      mapHandshakeFailure: (status, headers, body) => toHandshakeError({ status, headers, body }),
      onOpen: () => {},
      onText(text) {
        const { started, error } = reader.read(text)
        if (error) resolve(error)
        if (started || error) socket.close(100)
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
