import { randomUUID } from 'node:crypto'
import type { WebSocket } from 'ws'
import { BURST_MS, synthesizeLinearSpeech } from '../tone-speech/index.ts'
import { LIBRARY } from './rest.ts'
import { readClientMessage } from './client-message.ts'
import type { ClientVoice, SocketQuery } from './client-message.ts'
import type { HumeConnection, HumeFault, HumeLatencies, HumeSimulatedKey } from './types.ts'

/** Odd, so that a sample is cut in two at nearly every chunk: seen in the wild. */
const CHUNK_BYTES = 38_401
/** 48 kHz is six times the rate of the telephone. */
const FACTOR = 6
const BYTES_PER_MS = 96
/** Without a flush, text waits for so much of it. */
const HELD_CHARACTERS = 100

type SessionOptions = {
  socket: WebSocket
  account: HumeSimulatedKey & { left: number }
  record: HumeConnection
  query: SocketQuery
  latencies: HumeLatencies
  idleMs: number
  /** Word times count from the start of the stream; default: from the snippet's. */
  countsWordsFromStream: boolean
  fault(): HumeFault | undefined
}

type Snippet = { id: string; text: string; pcm: Buffer; at: number; index: number }

/** The server's side of `/v0/tts/stream/input`. */
export const startSocketSession = (options: SessionOptions): void => {
  const { socket, account, record, query, latencies, fault } = options
  const requestId = randomUUID()
  const snippets: Snippet[] = []
  let voice: ClientVoice | undefined
  let buffer = ''
  let spokenMs = 0
  let isClosing = false
  let timer: NodeJS.Timeout | undefined
  let idleTimer: NodeJS.Timeout | undefined

  const send = (message: Record<string, unknown>) => socket.send(JSON.stringify({ request_id: requestId, ...message }))
  const refuse = (code: string, message: string, closeCode = 1008) => {
    clearTimeout(timer)
    send({ type: 'error', code, message })
    socket.close(closeCode)
  }
  const touch = () => {
    clearTimeout(idleTimer)
    idleTimer = setTimeout(() => socket.close(1000, 'idle'), options.idleMs)
  }

  const sendWords = ({ id, text }: Snippet) => {
    const from = options.countsWordsFromStream ? spokenMs : 0
    for (const { 0: word, index } of text.matchAll(/\S+/g)) {
      const begin = from + index * BURST_MS
      const time = { begin, end: begin + word.length * BURST_MS }
      send({ type: 'timestamp', snippet_id: id, generation_id: id, timestamp: { type: 'word', text: word, time } })
    }
  }
  const step = () => {
    timer = undefined
    const snippet = snippets[0]
    if (!snippet) {
      if (isClosing && fault() !== 'never-closes') socket.close(1000)
      return
    }
    const present = fault()
    if (present === 'stall') return
    if (present === 'close-mid-sentence' && record.audioBytes > 0) return socket.terminate()
    if (present === 'malformed-message') socket.send('{"type":')
    if (snippet.at === 0 && query.include_timestamp_types === 'word') sendWords(snippet)
    const chunk = snippet.pcm.subarray(snippet.at, snippet.at + CHUNK_BYTES)
    snippet.at += chunk.length
    const isLast = snippet.at >= snippet.pcm.length
    record.audioBytes += chunk.length
    send({
      type: 'audio',
      audio: chunk.toString('base64'),
      audio_format: 'pcm',
      chunk_index: snippet.index++,
      generation_id: snippet.id,
      snippet_id: snippet.id,
      is_last_chunk: isLast,
      text: snippet.text,
    })
    if (isLast) {
      snippets.shift()
      spokenMs += snippet.pcm.length / BYTES_PER_MS
    }
    timer = setTimeout(step, (chunk.length / BYTES_PER_MS) * latencies.realTimeFactor)
  }

  const generate = () => {
    const text = buffer
    buffer = ''
    if (text.trim() === '') return
    account.left -= text.length
    if (account.left < 0) return refuse('E0300', 'You have run out of credits.')
    snippets.push({ id: randomUUID(), text, pcm: synthesizeLinearSpeech(text, { factor: FACTOR }), at: 0, index: 0 })
    timer ??= setTimeout(step, latencies.firstAudioMs)
  }

  const isKnown = (asked: ClientVoice): boolean => {
    const own = account.customVoices ?? []
    const isLibrary = asked.provider === 'HUME_AI'
    if ('name' in asked) return isLibrary && LIBRARY.some(({ name }) => name === asked.name)
    return isLibrary ? LIBRARY.some(({ id }) => id === asked.id) : own.includes(asked.id)
  }

  socket.on('message', (data, isBinary) => {
    touch()
    const message = isBinary ? { problem: 'Text only.', code: 'E0100' } : readClientMessage(data.toString())
    if ('problem' in message) return refuse(message.code, message.problem)
    record.messages.push(message)
    if (fault() === 'reject-after-open') {
      send({ type: 'error', status_code: 401, message: `Invalid API key ${record.key}` })
      return socket.close(1008)
    }
    if (isClosing) return refuse('E0101', 'The stream was closed.')
    voice = message.voice ?? voice
    if (message.voice && !isKnown(message.voice)) return refuse('E0101', 'The voice does not exist.')
    if (message.text && query.version === '2' && !voice) return refuse('E0101', 'Version 2 needs a voice.')
    buffer += message.text ?? ''
    if (message.flush || message.close || buffer.length >= HELD_CHARACTERS) generate()
    if (!message.close) return
    isClosing = true
    timer ??= setTimeout(step, 0)
  })
  socket.on('close', () => {
    clearTimeout(timer)
    clearTimeout(idleTimer)
  })
  touch()
}
