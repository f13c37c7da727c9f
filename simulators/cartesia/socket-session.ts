import type { WebSocket } from 'ws'
import type { AudioEncoding } from '../../src/provider-kit/audio.ts'
import type { Account } from './account.ts'
import * as errors from './api-error.ts'
import type { ApiError } from './api-error.ts'
import { LIBRARY } from './catalogue.ts'
import { readClientInput, settingsOf } from './client-message.ts'
import type { Generation } from './client-message.ts'
import { createSpeechContext } from './speech-context.ts'
import type { SpeechChunk, SpeechContext } from './speech-context.ts'
import type { CartesiaConnection, CartesiaFault, CartesiaLatencies } from './types.ts'

type SessionOptions = {
  socket: WebSocket
  account: Account
  record: CartesiaConnection
  latencies: CartesiaLatencies
  expiryMs: number
  idleMs: number
  fault(): CartesiaFault | undefined
}

type OpenContext = { speech: SpeechContext; settings: string }

const ENCODINGS: Readonly<Record<string, AudioEncoding>> = { pcm_mulaw: 'mulaw', pcm_alaw: 'alaw' }
const DEFAULT_BUFFER_MS = 3000

/** The server's side of `/tts/websocket`. */
export const startSocketSession = ({ socket, account, record, fault, ...options }: SessionOptions): void => {
  const contexts = new Map<string, OpenContext>()
  const expired = new Set<string>()
  let audioBytes = 0
  let idleTimer: NodeJS.Timeout | undefined

  const send = (message: Record<string, unknown>) => socket.send(JSON.stringify(message))
  const refuse = (error: ApiError, contextId?: string) => {
    if (contextId !== undefined) close(contextId)
    socket.send(errors.toFrame(error, contextId))
  }
  const close = (id: string) => {
    const context = contexts.get(id)
    if (!context) return
    context.speech.dispose()
    contexts.delete(id)
    account.leave()
  }
  /** A connection that says nothing is let go (pipecat-ai/pipecat issue 1818). */
  const touch = () => {
    clearTimeout(idleTimer)
    idleTimer = setTimeout(() => socket.close(1000, 'connection idle timeout'), options.idleMs)
  }

  const onChunk = (id: string, { audio, flushId, words }: SpeechChunk, wantsTimes: boolean): boolean => {
    const present = fault()
    if (present === 'stall') return false
    if (audioBytes > 0) {
      if (present === 'stall-mid-sentence') return false
      if (present === 'quota-mid-stream') refuse(errors.outOfCredits, id)
      if (present === 'close-mid-sentence') socket.terminate()
      if (present === 'malformed-message') socket.send('{"type":')
      if (present === 'quota-mid-stream' || present === 'close-mid-sentence') return false
    }
    touch()
    audioBytes += audio.length
    const common = { context_id: id, done: false, status_code: 206, flush_id: flushId }
    if (wantsTimes && words && words.words.length > 0) send({ type: 'timestamps', ...common, word_timestamps: words })
    send({ type: 'chunk', ...common, data: audio.toString('base64'), step_time: 12.3 })
    return true
  }

  const open = (id: string, message: Generation): OpenContext | undefined => {
    const voice = typeof message.voice === 'string' ? message.voice : message.voice.id
    const { encoding: format, sample_rate: rate } = message.output_format
    const encoding = ENCODINGS[format]
    if (![...LIBRARY, ...account.ownVoices].includes(voice)) return void refuse(errors.voiceNotFound, id)
    if (!encoding || rate !== 8000) return void refuse(errors.invalidRequest('This voice speaks G.711 at 8 kHz.'), id)
    if (message.language && message.locale)
      return void refuse(errors.invalidRequest('Set language or locale, never both.'), id)
    if (!account.enter()) return void refuse(errors.concurrencyLimited, id)
    const speech = createSpeechContext({
      encoding,
      latencies: options.latencies,
      expiryMs: options.expiryMs,
      bufferDelayMs: message.max_buffer_delay_ms ?? DEFAULT_BUFFER_MS,
      onChunk: (chunk) => onChunk(id, chunk, message.add_timestamps === true),
      onFlushDone: (flushId) =>
        send({
          type: 'flush_done',
          context_id: id,
          done: false,
          flush_done: true,
          flush_id: flushId,
          status_code: 206,
        }),
      onDone() {
        close(id)
        send({ type: 'done', context_id: id, done: true, status_code: 200 })
      },
      onExpired() {
        close(id)
        expired.add(id)
      },
    })
    const context = { speech, settings: settingsOf(message) }
    contexts.set(id, context)
    return context
  }

  const speak = (message: Generation) => {
    const { context_id: id, transcript } = message
    if (expired.has(id)) return refuse(errors.invalidRequest('This context has expired.'), id)
    const isEmpty = transcript === ''
    if (isEmpty && !contexts.has(id)) return refuse(errors.invalidRequest('There is no such context to end.'), id)
    if (isEmpty && message.continue === true && message.flush !== true)
      return refuse(errors.invalidRequest('The transcript is empty.'), id)
    const context = contexts.get(id) ?? open(id, message)
    if (!context) return
    if (context.settings !== settingsOf(message))
      return refuse(errors.invalidRequest('Inputs of a context must keep all other fields the same.'), id)
    if (!account.spend(transcript.length)) return refuse(errors.outOfCredits, id)
    if (fault() === 'done-without-audio') {
      close(id)
      return send({ type: 'done', context_id: id, done: true, status_code: 200 })
    }
    if (!isEmpty) {
      record.texts.push(transcript)
      context.speech.add(transcript)
    }
    if (message.flush) context.speech.flush()
    if (message.continue !== true) context.speech.finish()
  }

  socket.on('message', (data, isBinary) => {
    touch()
    const input = isBinary ? { problem: 'Binary messages are not taken.' } : readClientInput(data.toString())
    if ('problem' in input) return refuse(errors.invalidRequest(input.problem), input.contextId)
    record.messages.push(input)
    if (fault() === 'reject-after-open') {
      socket.send(errors.toFrame(errors.invalidKey(account.key)))
      return socket.close(1008, 'Unauthorized')
    }
    if ('cancel' in input) contexts.get(input.context_id)?.speech.cancel()
    else speak(input)
  })
  socket.on('close', () => {
    clearTimeout(idleTimer)
    for (const id of [...contexts.keys()]) close(id)
  })
  touch()
}
