import { randomUUID } from 'node:crypto'
import type { WebSocket } from 'ws'
import type { AudioEncoding } from '../../src/provider-kit/audio.ts'
import { createTimeline } from '../kit/index.ts'
import { createSpeechRecogniser } from '../speech/index.ts'
import type { RecogniserEvent, SpeechLibrary, SpeechRecogniser } from '../speech/index.ts'
import { clientEvent, findSessionProblem } from './realtime-events.ts'
import type { SessionInput, TranscriptionSession } from './realtime-events.ts'

export type RealtimeLatencies = {
  /** From the end of speech until the first words of its transcript, in ms. */
  transcriptMs: number
  /** From one word to the next, in ms. */
  perWordMs: number
}

/** What can go wrong in an open session. */
export type RealtimeFault = 'reject-after-open' | 'quota-mid-stream' | 'close-mid-utterance' | 'transcription-failed'

/** One session as the simulator saw it. */
export type RealtimeRecord = {
  key: string
  /** As it was asked for last. */
  session?: TranscriptionSession
  audioBytes: number
  commits: number
  isOpen: boolean
  closeCode?: number
}

export type RealtimeOptions = {
  socket: WebSocket
  record: RealtimeRecord
  library: SpeechLibrary
  models: readonly string[]
  latencies: RealtimeLatencies
  hasCredit: boolean
  fault?: RealtimeFault
}

type ErrorDetail = { type?: string; code?: string | null; message: string; param?: string | null; eventId?: string }

const ENCODINGS: Partial<Record<string, AudioEncoding>> = { 'audio/pcmu': 'mulaw', 'audio/pcma': 'alaw' }
const id = (prefix: string): string => `${prefix}_${randomUUID().replaceAll('-', '').slice(0, 20)}`

const OUT_OF_CREDIT: ErrorDetail = {
  type: 'insufficient_quota',
  code: 'insufficient_quota',
  message: 'You exceeded your current quota, please check your plan and billing details.',
}

/**
 * One transcription session: hears the audio that is appended, finds turns as the session asks for, and tells their
 * transcripts. Source: https://developers.openai.com/api/docs/guides/realtime-transcription
 */
export function runRealtimeSession(options: RealtimeOptions): void {
  const { socket, record, library, models, latencies, fault } = options
  const timeline = createTimeline()
  let input: SessionInput = {}
  let recogniser: SpeechRecogniser | undefined
  let itemId = id('item')
  let previousItemId: string | null = null
  let spokenWords = 0
  let heardFinal: string[] = []

  const send = (type: string, fields: object) => socket.send(JSON.stringify({ type, event_id: id('event'), ...fields }))
  const sendError = ({ type = 'invalid_request_error', code = null, message, param = null, eventId }: ErrorDetail) =>
    send('error', { error: { type, code, message, param, event_id: eventId ?? null } })
  /** An error that ends the session: the close's reason names it again. */
  const endWith = (detail: ErrorDetail, closeCode: number) => {
    sendError(detail)
    socket.close(closeCode, `${detail.type ?? 'invalid_request_error'}.${detail.code}`)
  }

  const isStreaming = () => input.transcription?.model === 'gpt-realtime-whisper'

  const commit = (words: readonly string[]) => {
    const item = itemId
    send('input_audio_buffer.committed', { item_id: item, previous_item_id: previousItemId })
    const content = [{ type: 'input_audio', transcript: null }]
    send('conversation.item.added', {
      item: { id: item, type: 'message', role: 'user', status: 'completed', content },
      previous_item_id: previousItemId,
    })
    tellTranscript(item, words)
    previousItemId = item
    itemId = id('item')
    spokenWords = 0
    heardFinal = []
  }

  const tellTranscript = (item: string, words: readonly string[]) => {
    const place = { item_id: item, content_index: 0 }
    const type = 'conversation.item.input_audio_transcription'
    if (fault === 'transcription-failed') {
      const error = {
        type: 'server_error',
        code: 'transcription_failed',
        message: 'Transcription failed.',
        param: null,
      }
      return timeline.after(latencies.transcriptMs, () => send(`${type}.failed`, { ...place, error }))
    }
    const told = isStreaming() ? words.slice(spokenWords) : words
    for (const [index, word] of told.entries()) {
      const delta = index === 0 && told === words ? word : ` ${word}`
      timeline.after(latencies.transcriptMs + index * latencies.perWordMs, () =>
        send(`${type}.delta`, { ...place, delta }),
      )
    }
    timeline.after(latencies.transcriptMs + told.length * latencies.perWordMs, () =>
      send(`${type}.completed`, { ...place, transcript: words.join(' '), usage: { type: 'duration', seconds: 1 } }),
    )
  }

  const onHeard = (event: RecogniserEvent) => {
    const hasVad = Boolean(input.turn_detection)
    if (event.type === 'speech-started') {
      if (hasVad) send('input_audio_buffer.speech_started', { audio_start_ms: event.atMs, item_id: itemId })
      if (fault === 'close-mid-utterance') socket.terminate()
      if (fault === 'quota-mid-stream') {
        endWith(OUT_OF_CREDIT, 4000)
      }
      return
    }
    const words = event.words.map(({ text }) => text)
    if (event.type === 'interim') {
      if (isStreaming()) tellSoFar(words)
      return
    }
    if (!hasVad) {
      heardFinal.push(...words)
      return
    }
    send('input_audio_buffer.speech_stopped', { audio_end_ms: Math.round(event.endMs), item_id: itemId })
    commit(words)
  }

  /** A model that streams tells words while they are spoken; the last one may still grow. */
  const tellSoFar = (words: readonly string[]) => {
    const known = [...heardFinal, ...words.slice(0, -1)]
    for (const word of known.slice(spokenWords)) {
      send('conversation.item.input_audio_transcription.delta', {
        item_id: itemId,
        content_index: 0,
        delta: spokenWords === 0 ? word : ` ${word}`,
      })
      spokenWords++
    }
  }

  const update = (session: TranscriptionSession, eventId?: string) => {
    const problem = findSessionProblem(session, models)
    if (problem) return sendError({ ...problem, code: 'invalid_value', eventId })
    record.session = session
    input = { ...input, ...session.audio.input }
    const encoding = ENCODINGS[input.format?.type ?? 'audio/pcm']
    const silenceMs = input.turn_detection?.type === 'server_vad' ? input.turn_detection.silence_duration_ms : undefined
    recogniser =
      encoding && createSpeechRecogniser({ encoding, library, endpointMs: silenceMs ?? 500, onEvent: onHeard })
    send('session.updated', { session: { object: 'realtime.session', id: id('sess'), ...session } })
  }

  const onMessage = (text: string) => {
    let message: unknown
    try {
      message = JSON.parse(text)
    } catch {
      return sendError({ code: 'invalid_json', message: 'Could not parse your message as JSON.' })
    }
    const parsed = clientEvent.safeParse(message)
    if (!parsed.success) {
      const [issue] = parsed.error.issues
      return sendError({ code: 'invalid_value', message: `${issue?.message}`, param: issue?.path.join('.') ?? null })
    }
    const event = parsed.data
    const eventId = event.event_id
    if (event.type === 'session.update') return update(event.session, eventId)
    if (!recogniser) {
      return sendError({ code: 'invalid_value', message: 'The simulator hears G.711 alone.', eventId })
    }
    if (event.type === 'input_audio_buffer.append') {
      const audio = Buffer.from(event.audio, 'base64')
      record.audioBytes += audio.length
      recogniser.write(audio)
    } else if (event.type === 'input_audio_buffer.commit') {
      record.commits++
      const [before, spoken] = [heardFinal.length, recogniser.isSpeaking]
      recogniser.flush()
      if (input.turn_detection) {
        if (spoken) return
      } else if (spoken || before > 0) return commit([...heardFinal])
      const shortage = 'Error committing input audio buffer: buffer too small. Expected at least 100ms of audio.'
      sendError({ code: 'input_audio_buffer_commit_empty', message: shortage, eventId })
    }
  }

  socket.on('message', (data: Buffer, isBinary) => {
    if (isBinary) sendError({ code: 'invalid_json', message: 'Binary messages are not part of the protocol.' })
    else onMessage(data.toString('utf8'))
  })
  socket.on('close', (code: number) => {
    record.isOpen = false
    record.closeCode = code
    timeline.clear()
  })

  if (fault === 'reject-after-open') {
    const message = `Incorrect API key provided: ${record.key}.`
    endWith({ code: 'invalid_api_key', message }, 3000)
  } else if (!options.hasCredit) endWith(OUT_OF_CREDIT, 4000)
  else send('session.created', { session: { object: 'realtime.session', type: 'transcription', id: id('sess') } })
}
