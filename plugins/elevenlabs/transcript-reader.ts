import { asRequestId } from '../../src/provider-kit/index.ts'
import type { ProviderError, SttEvent } from '../../src/provider-kit/index.ts'
import { isStreamErrorType, toStreamError } from './errors.ts'

/** What one message of the stream means beside its events. */
export type ReadMessage = {
  events: SttEvent[]
  /** The stream was accepted. */
  started?: { sessionId?: string }
  /** A commit was answered, with words or without. */
  isCommit?: boolean
  error?: ProviderError
}

/** Turns the messages of one stream into events. */
export type TranscriptReader = {
  /** @param text one text frame */
  read(text: string): ReadMessage
  /** What a turn holds that no commit told of, when the stream ends in order. */
  flush(): SttEvent[]
}

/**
 * A turn is what lies between two commits: partial transcripts carry all of it so far, the committed one all of it. There
 * is no event for the start of speech: the first words of a turn are it. Scribe tells no confidence without word times.
 * Sources: SDK `@elevenlabs/elevenlabs-js` 2.73.0, `wrapper/realtime/connection.d.ts`; github.com/elevenlabs/skills,
 * `speech-to-text/references/realtime-events.md`
 */
export function createTranscriptReader(): TranscriptReader {
  let shown = ''

  const show = (text: string): SttEvent[] => {
    if (!text || text === shown) return []
    const isFirst = shown === ''
    shown = text
    const interim: SttEvent = { type: 'interim', text }
    return isFirst ? [{ type: 'speech-started' }, interim] : [interim]
  }
  const commit = (text: string): SttEvent[] => {
    const events: SttEvent[] = text && !shown ? [{ type: 'speech-started' }] : []
    shown = ''
    return text ? [...events, { type: 'final', text }, { type: 'end-of-turn', text }] : []
  }

  return {
    read(frame) {
      const message = parse(frame)
      const type = message?.message_type
      const text = typeof message?.text === 'string' ? message.text.trim() : ''
      if (type === 'session_started') return { events: [], started: { sessionId: asRequestId(message?.session_id) } }
      // `final_transcript` has settled, yet is not committed: the turn goes on.
      if (type === 'partial_transcript' || type === 'final_transcript') return { events: show(text) }
      if (type === 'committed_transcript') return { events: commit(text), isCommit: true }
      if (type === 'warning') {
        return { events: [{ type: 'warning', message: 'ElevenLabs sent a warning about this stream.' }] }
      }
      if (isStreamErrorType(type)) return { events: [], error: toStreamError({ type, detail: message?.error }) }
      return { events: [] }
    },
    flush: () => commit(shown),
  }
}

const parse = (text: string): Record<string, unknown> | undefined => {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}
