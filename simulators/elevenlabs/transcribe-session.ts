import { randomUUID } from 'node:crypto'
import type { RawData, WebSocket } from 'ws'
import { z } from 'zod'
import { encodeMulaw } from '../../src/provider-kit/audio.ts'
import { createTimeline } from '../kit/index.ts'
import type { SpeechLibrary } from '../speech/library.ts'
import type { RecognisedWord, RecogniserEvent } from '../speech/recogniser.ts'
import { createSpeechRecogniser } from '../speech/recogniser.ts'
import type { Account } from './account.ts'
import { findTranscribeQueryError } from './transcribe-query.ts'
import type { ElevenLabsFault } from './socket-session.ts'
import type { ElevenLabsLatencies } from './speech-context.ts'

/** One transcription as the simulator saw it. */
export type ElevenLabsTranscription = {
  key: string
  query: URLSearchParams
  /** Audio of all messages, in bytes as they were sent. */
  audioBytes: number
  /** Pieces of audio, by their bytes, in order. */
  chunks: number[]
  /** Commits that the client asked for. */
  commits: number
  /** Everything that was committed. */
  transcripts: string[]
  isOpen: boolean
  closeCode?: number
}

/** Audio that a commit needs at least; below, it is refused as `commit_throttled`. How much it is at ElevenLabs is not confirmed. */
const LEAST_COMMIT_MS = 300
/** Not confirmed: ElevenLabs was seen to close after some seconds without audio (GetStream/Vision-Agents pull request 559). */
const IDLE_S = 15
const MAX_CHUNK_BYTES = 512 * 1024
const BREAK_MS = 300

/** Source: SDK `@elevenlabs/elevenlabs-js` 2.73.0, `InputAudioChunkPayload` */
const chunkSchema = z.strictObject({
  message_type: z.literal('input_audio_chunk'),
  audio_base_64: z.string(),
  commit: z.boolean(),
  sample_rate: z.number().int(),
  previous_text: z.string().max(50).optional(),
})

/**
 * The server's side of `/v1/speech-to-text/realtime`. Every refusal is a message whose type is its code, then a close.
 * Sources: SDK `@elevenlabs/elevenlabs-js` 2.73.0, `wrapper/realtime`; github.com/elevenlabs/skills,
 * `speech-to-text/references/realtime-events.md`
 */
export function startTranscription(stream: {
  socket: WebSocket
  record: ElevenLabsTranscription
  account: Account
  library: SpeechLibrary
  latencies: ElevenLabsLatencies
  secondMs: number
  fault(): ElevenLabsFault | undefined
}): void {
  const { socket, record, account, library, latencies, secondMs, fault } = stream
  const { query } = record
  const timeline = createTimeline()
  const format = query.get('audio_format') ?? 'pcm_16000'
  const sampleRate = Number(format.split('_')[1])
  const usesVad = query.get('commit_strategy') === 'vad'
  const endpointMs = usesVad ? Number(query.get('vad_silence_threshold_secs') ?? 1.5) * 1000 : 60_000
  /** Words of the segment from speech that has paused. */
  let paused: RecognisedWord[] = []
  let uncommittedMs = 0
  let breakAtMs = Number.POSITIVE_INFINITY
  let isFirst = true
  let isOver = false

  const close = (code: number) => {
    record.closeCode ??= code
    record.isOpen = false
    isOver = true
    socket.close(code)
  }
  const send = (type: string, fields: object = {}) => {
    if (!isOver) socket.send(JSON.stringify({ message_type: type, ...fields }))
  }
  const refuse = (type: string, error: string) => {
    timeline.clear()
    send(type, { error })
    close(1008)
  }
  const idleTimer = setTimeout(() => close(1000), IDLE_S * secondMs)
  socket.on('close', (code) => {
    clearTimeout(idleTimer)
    timeline.clear()
    record.isOpen = false
    record.closeCode ??= code
    isOver = true
  })

  const textOf = (words: readonly RecognisedWord[]) => words.map(({ text }) => text).join(' ')
  const tell = (type: string, text: string, delayMs: number) => {
    if (fault() === 'stall') return
    timeline.after(delayMs, () => {
      if (fault() === 'malformed-message') socket.send('{"message_type":')
      send(type, { text })
    })
  }
  const commit = (delayMs: number) => {
    const text = textOf(paused)
    paused = []
    uncommittedMs = 0
    if (text) record.transcripts.push(text)
    tell('committed_transcript', text, delayMs)
  }
  const onEvent = (event: RecogniserEvent) => {
    if (event.type === 'speech-started') {
      if (account.isEmpty() || fault() === 'quota-mid-stream') refuse('quota_exceeded', 'You have exceeded your quota.')
      if (fault() === 'close-mid-sentence') breakAtMs = recogniser.audioMs + BREAK_MS
      return
    }
    const words = [...paused, ...event.words]
    if (event.type === 'interim') return tell('partial_transcript', textOf(words), latencies.interimMs)
    paused = words
    // A noise commits nothing.
    if (usesVad && !isFlushing && words.length > 0) commit(latencies.commitMs)
  }
  const recogniser = createSpeechRecogniser({ encoding: 'mulaw', library, endpointMs, interimEveryMs: 200, onEvent })
  let isFlushing = false
  const commitAll = () => {
    record.commits++
    if (uncommittedMs < LEAST_COMMIT_MS) {
      if (fault() !== 'stall')
        timeline.after(0, () => send('commit_throttled', { error: 'Too little audio to commit.' }))
      return
    }
    isFlushing = true
    recogniser.flush()
    isFlushing = false
    commit(latencies.commitMs)
  }

  const hear = (audio: Buffer) => {
    const heard = format === 'ulaw_8000' ? audio : compress(audio, sampleRate / 8000)
    uncommittedMs += heard.length / 8
    // Frame by frame, so that a break comes where it should however much arrives at once.
    for (let at = 0; at < heard.length && !isOver; at += 160) {
      recogniser.write(heard.subarray(at, at + 160))
      if (recogniser.audioMs < breakAtMs) continue
      isOver = true
      timeline.clear()
      socket.terminate()
    }
  }
  const onMessage = (data: RawData, isBinary: boolean) => {
    if (isOver) return
    idleTimer.refresh()
    const parsed = isBinary ? undefined : readChunk(String(data))
    if (!parsed) return refuse('input_error', 'The message is not understood.')
    if (parsed.sample_rate !== sampleRate) return refuse('input_error', `The sample rate is not that of ${format}.`)
    if (parsed.previous_text !== undefined && !isFirst) {
      return refuse('input_error', 'previous_text may only come with the first chunk.')
    }
    isFirst = false
    const audio = Buffer.from(parsed.audio_base_64, 'base64')
    if (audio.length > MAX_CHUNK_BYTES) return refuse('chunk_size_exceeded', 'The chunk is too large.')
    if (audio.length > 0) record.chunks.push(audio.length)
    record.audioBytes += audio.length
    hear(audio)
    if (parsed.commit && !isOver) commitAll()
  }

  const start = () => {
    send('session_started', {
      session_id: randomUUID().replaceAll('-', ''),
      config: {
        sample_rate: sampleRate,
        audio_format: format,
        language_code: query.get('language_code'),
        commit_strategy: usesVad ? 'vad' : 'manual',
        vad_silence_threshold_secs: endpointMs / 1000,
        model_id: query.get('model_id'),
        enable_logging: true,
        include_timestamps: false,
        include_language_detection: false,
        keyterms: query.getAll('keyterms'),
      },
    })
  }
  const refusal = findRefusal(stream, sampleRate)
  if (refusal) refuse(refusal.type, refusal.error)
  else start()
  socket.on('message', onMessage)
}

/** What is wrong with the key or the address. It is told once the socket is open. */
function findRefusal(
  { record, account, fault }: Pick<Parameters<typeof startTranscription>[0], 'record' | 'account' | 'fault'>,
  sampleRate: number,
): { type: string; error: string } | undefined {
  const missing = account.refuse('speech_to_text')
  if (missing) return { type: 'auth_error', error: missing.message }
  if (fault() === 'reject-after-open') return { type: 'auth_error', error: `Invalid API key ${account.key}` }
  const problem = findTranscribeQueryError(record.query)
  if (problem) return { type: 'invalid_request', error: problem }
  if (sampleRate % 8000 === 0) return undefined
  return { type: 'invalid_request', error: 'This simulator hears multiples of 8 kHz only.' }
}

const readChunk = (text: string): z.infer<typeof chunkSchema> | undefined => {
  try {
    return chunkSchema.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

/** 16-bit PCM of a multiple of 8 kHz as mu-law, by the nearest sample. */
const compress = (audio: Buffer, step: number): Uint8Array =>
  Uint8Array.from({ length: Math.floor(audio.length / 2 / step) }, (_, index) =>
    encodeMulaw(audio.readInt16LE(index * step * 2)),
  )
