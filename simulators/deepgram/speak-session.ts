import type { WebSocket } from 'ws'
import type { AudioEncoding } from '../../src/provider-kit/audio.ts'
import { BURST_MS, synthesizeToneSpeech } from '../tone-speech/index.ts'
import type { DeepgramFault, DeepgramLatencies, DeepgramSpeakSession } from './types.ts'
import { describeVoice } from './voices.ts'

/** Characters in one audio frame. */
const CHUNK_CHARACTERS = 7
const MAX_TEXT = 2000
const MAX_MESSAGE_BYTES = 2_000_000
const MAX_FLUSHES = 20
/** Source: github.com/deepgram/skills, skills/text-to-speech/SKILL.md */
const MAX_CHARACTERS = 2400

type Job = { kind: 'text'; chars: string[] } | { kind: 'flushed' } | { kind: 'cleared' } | { kind: 'close' }

/**
 * The server's side of `/v1/speak`: a buffer of text, and the audio that is being made of what was flushed.
 * Sources: deepgram-api-specs asyncapi.yml (SpeakV1), https://developers.deepgram.com/docs/streaming-text-to-speech (limits),
 * https://developers.deepgram.com/docs/tts-troubleshooting-websocket-net-and-data-errors (closes)
 */
export function runSpeech(stream: {
  socket: WebSocket
  session: DeepgramSpeakSession
  query: URLSearchParams
  latencies: DeepgramLatencies
  /** Length of the minute that the limits count in, in ms. */
  minuteMs: number
  faultOf(key: string): DeepgramFault | undefined
}): void {
  const { socket, session, query, latencies, minuteMs, faultOf } = stream
  const encoding = query.get('encoding') as AudioEncoding
  const jobs: Job[] = []
  const flushedAt: number[] = []
  const spent: { at: number; characters: number }[] = []
  let buffer = ''
  let sequence = 0
  let timer: NodeJS.Timeout | undefined
  let isOver = false

  const fault = () => faultOf(session.key)
  const stop = () => {
    isOver = true
    clearTimeout(timer)
    session.isOpen = false
  }
  const close = (code: number, reason = '') => {
    session.closeCode ??= code
    stop()
    socket.close(code, reason)
  }
  const send = (message: object) => {
    if (fault()?.kind !== 'stall' && !isOver) socket.send(JSON.stringify(message))
  }

  const sendChunk = (chars: string[]) => {
    const present = fault()
    if (present?.kind === 'stall') return
    if (present?.kind === 'malformed-message' && session.audioBytes > 0) socket.send('{"type":')
    const breakBytes = present?.kind === 'close-mid-utterance' ? (present.afterMs ?? 300) * 8 : undefined
    if (present?.kind === 'close-mid-utterance' && session.audioBytes >= (breakBytes ?? 0)) {
      return close(present.code ?? 1011, present.reason ?? 'NET-0000')
    }
    const audio = synthesizeToneSpeech(chars.join(''), encoding)
    session.audioBytes += audio.length
    socket.send(audio)
  }
  const step = () => {
    timer = undefined
    const job = jobs[0]
    if (isOver || !job) return
    if (job.kind !== 'text') {
      jobs.shift()
      if (job.kind === 'close') return close(1000)
      send({ type: job.kind === 'flushed' ? 'Flushed' : 'Cleared', sequence_id: sequence++ })
      return run(0)
    }
    const chars = job.chars.splice(0, CHUNK_CHARACTERS)
    if (job.chars.length === 0) jobs.shift()
    sendChunk(chars)
    run(chars.length * BURST_MS * latencies.realTimeFactor)
  }
  const run = (delayMs: number) => {
    if (!isOver && jobs.length > 0) timer ??= setTimeout(step, delayMs)
  }
  const enqueue = (job: Job, delayMs = 0) => {
    jobs.push(job)
    run(delayMs)
  }

  const isWithinLimit = (characters: number): boolean => {
    const since = Date.now() - minuteMs
    while (spent[0] && spent[0].at <= since) spent.shift()
    spent.push({ at: Date.now(), characters })
    return spent.reduce((sum, each) => sum + each.characters, 0) <= MAX_CHARACTERS
  }
  const speak = (text: unknown) => {
    if (typeof text !== 'string' || text.trim() === '') return close(1008, 'DATA-0000')
    if (text.length > MAX_TEXT) return close(1009, 'BIG-0001')
    if (!isWithinLimit(text.length)) return close(1008, 'DATA-0001')
    session.texts.push(text)
    buffer += text
  }
  const flush = () => {
    const since = Date.now() - minuteMs
    while (flushedAt[0] !== undefined && flushedAt[0] <= since) flushedAt.shift()
    if (flushedAt.length >= MAX_FLUSHES || fault()?.kind === 'refuse-flush') {
      // What the code is called is documented nowhere.
      const description = 'Cannot process any more flush messages until the time window has passed.'
      return send({ type: 'Warning', code: 'FLUSH_LIMIT_EXCEEDED', description })
    }
    flushedAt.push(Date.now())
    session.flushes++
    const chars = Array.from(buffer)
    buffer = ''
    if (chars.length > 0) enqueue({ kind: 'text', chars }, latencies.firstAudioMs)
    enqueue({ kind: 'flushed' })
  }
  const clear = () => {
    session.clears++
    buffer = ''
    // One more frame of what was cleared is on its way, and flushes that were not answered stay so.
    const [speaking] = jobs
    const flushes = jobs.filter(({ kind }) => kind === 'flushed')
    jobs.length = 0
    if (speaking?.kind === 'text') jobs.push({ kind: 'text', chars: speaking.chars.slice(0, CHUNK_CHARACTERS) })
    if (fault()?.kind !== 'withhold-cleared') enqueue({ kind: 'cleared' }, latencies.clearedMs)
    if (fault()?.kind === 'answer-cleared-flushes') for (const flush of flushes) enqueue(flush)
  }

  socket.on('close', (code) => {
    session.closeCode ??= code
    stop()
  })
  if (fault()?.kind === 'reject-after-open') {
    close(1008, 'INVALID_AUTH')
    return
  }
  socket.on('message', (data: Buffer, isBinary) => {
    if (isOver) return
    if (isBinary) return close(1003, 'MESSAGE-0000')
    if (data.length > MAX_MESSAGE_BYTES) return close(1009, 'BIG-0000')
    const message = readMessage(data)
    session.messages.push(message ?? {})
    if (message?.type === 'Speak') speak(message.text)
    else if (message?.type === 'Flush') flush()
    else if (message?.type === 'Clear') clear()
    else if (message?.type === 'Close') enqueue({ kind: 'close' })
    else close(1008, 'DATA-0000')
  })
  send({
    type: 'Metadata',
    request_id: session.id,
    ...describeVoice(query.get('model') ?? 'aura-asteria-en'),
    additional_model_uuids: [],
  })
}

/** A message of the client; undefined where it is none that is documented. */
function readMessage(data: Buffer): { type: string; text?: unknown } | undefined {
  try {
    const { type, text, ...rest } = JSON.parse(data.toString('utf8')) as Record<string, unknown>
    const isPlain = Object.keys(rest).length === 0 && (type === 'Speak' || text === undefined)
    return typeof type === 'string' && isPlain ? { type, ...(type === 'Speak' && { text }) } : undefined
  } catch {
    return undefined
  }
}
