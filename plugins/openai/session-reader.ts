import type { ProviderError, SttEvent } from '../../src/provider-kit/index.ts'
import { toOpenAiError } from './errors.ts'

/** What a message of the server means. */
export type SessionEvent =
  | SttEvent
  /** The session is as it was asked for: audio may come. */
  | { type: 'ready' }
  /** The buffer was committed, by whichever side, or there was nothing to commit. */
  | { type: 'commit-answered' }

export type SessionReader = {
  /** @param text one text frame */
  read(text: string): SessionEvent[]
  /** What turns hold whose transcripts did not come to an end, when the stream ends in order. */
  flush(): SttEvent[]
  /** Whether a turn was committed whose transcript has not come. */
  readonly isWaiting: boolean
  /** Whether OpenAI hears somebody speak. */
  readonly isSpeaking: boolean
}

/** Source: the example of https://developers.openai.com/api/reference/resources/realtime (server events, transcription failed) */
const UNINTELLIGIBLE = 'audio_unintelligible'

type Turn = { id: string; text: string; isDone: boolean }

/**
 * Messages of a transcription session. Transcripts of two turns may come in any order, so each waits for those before it.
 * Source: https://developers.openai.com/api/docs/guides/realtime-transcription; openai-node 6.49.0, `realtime.d.ts`
 */
export function createSessionReader(): SessionReader {
  const turns: Turn[] = []
  let isSpeaking = false

  const turnOf = (message: Record<string, unknown>): Turn => {
    const id = String(message.item_id)
    const known = turns.find((turn) => turn.id === id)
    if (known) return known
    const turn = { id, text: '', isDone: false }
    turns.push(turn)
    return turn
  }
  const releaseDone = (): SttEvent[] => {
    const events: SttEvent[] = []
    while (turns[0]?.isDone) {
      const text = turns.shift()?.text.trim() ?? ''
      if (text) events.push({ type: 'final', text }, { type: 'end-of-turn', text })
    }
    return events
  }
  const readDelta = (message: Record<string, unknown>): SttEvent[] => {
    const turn = turnOf(message)
    if (turn.isDone || typeof message.delta !== 'string') return []
    turn.text += message.delta
    const text = turn.text.trim()
    return turn === turns[0] && text ? [{ type: 'interim', text }] : []
  }
  const readCompleted = (message: Record<string, unknown>): SttEvent[] => {
    const turn = turnOf(message)
    if (typeof message.transcript === 'string') turn.text = message.transcript
    turn.isDone = true
    return releaseDone()
  }

  /** What could not be understood ends its turn without words; every other failure would meet the next turn too. */
  const readFailed = (message: Record<string, unknown>): SessionEvent[] => {
    const error = toSessionError(message)
    if (error.providerCode !== UNINTELLIGIBLE) return [{ type: 'error', error }]
    const turn = turnOf(message)
    turn.text = ''
    turn.isDone = true
    return [{ type: 'warning', message: 'OpenAI could not make out what was said in a turn.' }, ...releaseDone()]
  }

  const read = (text: string): SessionEvent[] => {
    const message = parseObject(text)
    switch (message?.type) {
      case 'session.updated':
        return [{ type: 'ready' }]
      case 'input_audio_buffer.speech_started':
        isSpeaking = true
        return [{ type: 'speech-started' }]
      case 'input_audio_buffer.committed':
        isSpeaking = false
        turnOf(message)
        return [{ type: 'commit-answered' }]
      case 'conversation.item.input_audio_transcription.delta':
        return readDelta(message)
      case 'conversation.item.input_audio_transcription.completed':
        return readCompleted(message)
      case 'conversation.item.input_audio_transcription.failed':
        return readFailed(message)
      case 'error':
        return readError(message)
      default:
        return []
    }
  }
  return {
    read,
    flush() {
      for (const turn of turns) turn.isDone = true
      return releaseDone()
    },
    get isSpeaking() {
      return isSpeaking
    },
    get isWaiting() {
      return turns.length > 0
    },
  }
}

const readError = (message: Record<string, unknown>): SessionEvent[] => {
  const error = toSessionError(message)
  if (error.providerCode === 'input_audio_buffer_commit_empty') return [{ type: 'commit-answered' }]
  return [{ type: 'error', error }]
}

/** An error in a session has no HTTP status; what the client sent wrong is told by the type alone. */
const toSessionError = (message: Record<string, unknown>): ProviderError => {
  const detail = message.error
  const type = typeof detail === 'object' && detail !== null ? (detail as { type?: unknown }).type : undefined
  return toOpenAiError({ status: type === 'invalid_request_error' ? 400 : undefined, body: { error: detail } })
}

const parseObject = (text: string): Record<string, unknown> | undefined => {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}
