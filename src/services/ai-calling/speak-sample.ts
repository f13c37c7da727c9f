import { ProviderError } from '../../provider-kit/index.ts'
import type { AudioEncoding, ListContext, TtsCapability, TtsConnection } from '../../provider-kit/index.ts'

type SampleOptions = {
  provider: string
  providerName: string
  tts: TtsCapability
  context: ListContext
  voice: string
  model?: string
  language?: string
  text: string
}

export type Sample = { encoding: AudioEncoding; audio: Buffer }

/**
 * Speaks one text as a call would hear it.
 * @returns headerless G.711 at 8 kHz
 * @throws ProviderError
 */
export function speakSample({
  provider,
  providerName,
  tts,
  context,
  text,
  ...options
}: SampleOptions): Promise<Sample> {
  const encoding = tts.encodings[0] ?? 'mulaw'
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = []
    let connection: TtsConnection | undefined
    const fail = (error: ProviderError) => settle(() => reject(error))
    const onAbort = () =>
      fail(new ProviderError({ provider, kind: 'timeout', message: `${providerName} did not speak in time.` }))
    const settle = (finish: () => void) => {
      context.signal.removeEventListener('abort', onAbort)
      connection?.close()
      finish()
    }
    context.signal.addEventListener('abort', onAbort, { once: true })
    connection = tts.open(context, { ...options, format: { encoding, sampleRate: 8000 } }, (event) => {
      if (event.type === 'error') fail(event.error)
      else if (event.type === 'closed') {
        fail(new ProviderError({ provider, kind: 'closed', message: `${providerName} broke off the speech.` }))
      }
    })
    const utterance = connection.speak((event) => {
      if (event.type === 'audio') chunks.push(event.audio)
      else if (event.type === 'error') fail(event.error)
      else if (event.type === 'done') settle(() => resolve({ encoding, audio: Buffer.concat(chunks) }))
    })
    utterance.write(text)
    utterance.finish()
  })
}
