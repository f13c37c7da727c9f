import type { AudioEncoding, SttOptions } from '../../src/provider-kit/index.ts'

export const DEFAULT_STT_MODEL = 'gpt-4o-transcribe'

/** Silence after which OpenAI calls a turn over, in ms; its own default. */
const SILENCE_MS = 500

/** Source: openai-node 6.49.0, `RealtimeAudioFormats`; both are 8 kHz */
const FORMATS: Readonly<Record<AudioEncoding, string>> = { mulaw: 'audio/pcmu', alaw: 'audio/pcma' }

/** Hears while somebody speaks, but finds no turns and takes no prompt. Source: openai-node 6.49.0, `AudioTranscription` */
const isStreamingModel = (model: string): boolean => model.startsWith('gpt-realtime-whisper')

/** The older Whisper takes a list of words, the others a sentence. Source: openai-node 6.49.0, `AudioTranscription.prompt` */
const toPrompt = (model: string, keyterms: readonly string[]): string =>
  model.startsWith('whisper') ? keyterms.join(', ') : `Expect words such as ${keyterms.join(', ')}.`

/**
 * The first message of a transcription session, and what the options ask for and the model does not have.
 * Source: openai-node 6.49.0, `RealtimeTranscriptionSessionCreateRequest`
 */
export function buildSessionUpdate({ model = DEFAULT_STT_MODEL, language, keyterms = [], format }: SttOptions) {
  const isStreaming = isStreamingModel(model)
  const takesPrompt = !isStreaming && !model.includes('diarize')
  const warnings =
    keyterms.length > 0 && !takesPrompt ? [`OpenAI's model ${model} has no key terms; they are left out.`] : []
  const message = {
    type: 'session.update',
    session: {
      type: 'transcription',
      audio: {
        input: {
          format: { type: FORMATS[format.encoding] },
          transcription: {
            model,
            // ISO 639-1, without the country.
            ...(language && { language: language.split('-')[0]?.toLowerCase() }),
            ...(takesPrompt && keyterms.length > 0 && { prompt: toPrompt(model, keyterms) }),
          },
          turn_detection: isStreaming
            ? null
            : { type: 'server_vad', threshold: 0.5, prefix_padding_ms: 300, silence_duration_ms: SILENCE_MS },
        },
      },
    },
  }
  return { message, warnings, isStreaming }
}
