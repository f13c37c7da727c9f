import type { SttEvent } from '../../src/provider-kit/index.ts'
import { toXaiError } from './errors.ts'

/** What a message of a transcription means. */
export type TranscriptEvent =
  | SttEvent
  /** Audio may come. */
  | { type: 'ready' }
  /** Everything that was sent is transcribed. */
  | { type: 'over' }

export type TranscriptReader = {
  /** @param text one text frame */
  read(text: string): TranscriptEvent[]
  /** What an utterance holds that did not come to its end. */
  flush(): SttEvent[]
}

/**
 * Messages of xAI's transcription: interims and finals of chunks of some seconds, then a final of the whole utterance
 * that repeats its chunks and takes their place. There is no message for the beginning of speech; its first words are.
 * Source: https://docs.x.ai/developers/model-capabilities/audio/speech-to-text#server-events
 */
export function createTranscriptReader(): TranscriptReader {
  let chunks: string[] = []
  let isSpeaking = false

  const begin = (): SttEvent[] => {
    if (isSpeaking) return []
    isSpeaking = true
    return [{ type: 'speech-started' }]
  }
  const end = (whole: string): SttEvent[] => {
    const known = chunks.join(' ')
    const text = whole || known
    chunks = []
    isSpeaking = false
    if (!text) return []
    // Its chunks were told already; what comes after them is news.
    const rest = text.startsWith(known) ? text.slice(known.length).trim() : ''
    return [...(rest ? [{ type: 'final' as const, text: rest }] : []), { type: 'end-of-turn', text }]
  }
  const readPartial = (message: Record<string, unknown>): SttEvent[] => {
    const text = typeof message.text === 'string' ? message.text.trim() : ''
    if (message.speech_final === true) return text || chunks.length > 0 ? [...begin(), ...end(text)] : []
    if (!text) return []
    if (message.is_final === true) {
      chunks.push(text)
      return [...begin(), { type: 'final', text }]
    }
    return [...begin(), { type: 'interim', text: [...chunks, text].join(' ') }]
  }

  const read = (text: string): TranscriptEvent[] => {
    const message = parseObject(text)
    switch (message?.type) {
      case 'transcript.created':
        return [{ type: 'ready' }]
      case 'transcript.partial':
        return readPartial(message)
      case 'transcript.done': {
        const rest = typeof message.text === 'string' ? message.text.trim() : ''
        return [...(rest ? begin() : []), ...end(rest), { type: 'over' }]
      }
      case 'error':
        return [{ type: 'error', error: toXaiError({ body: { error: message.message } }) }]
      default:
        return []
    }
  }
  return { read, flush: () => end('') }
}

const parseObject = (text: string): Record<string, unknown> | undefined => {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}
