import type { RawData, WebSocket } from 'ws'
import type { AudioEncoding } from '../../src/provider-kit/audio.ts'
import { BURST_MS } from '../tone-speech/index.ts'
import * as errors from './api-error.ts'
import type { Account } from './account.ts'
import type { ApiError } from './api-error.ts'
import { hasSettings, isSpokenAsDocumented, readClientMessage } from './client-message.ts'
import type { ClientMessage } from './client-message.ts'
import { createSpeechContext } from './speech-context.ts'
import type { AudioChunk, ElevenLabsLatencies, SpeechContext } from './speech-context.ts'
import type { SocketQuery } from './socket-query.ts'

const MAX_CONTEXTS = 5
const DEFAULT_SCHEDULE = [120, 160, 250, 290]

export type ElevenLabsFault =
  /** The upgrade succeeds, then the key is refused. */
  | 'reject-after-open'
  | 'quota-mid-stream'
  | 'stall'
  | 'stall-mid-sentence'
  | 'close-mid-sentence'
  /** `close_context` wins over text that has not begun to sound: seen under load, pipecat-ai/pipecat issue 4681. */
  | 'close-overtakes-text'
  | 'malformed-message'
  | 'unauthorized'
  | 'server-error'
  /** Requests and handshakes are refused with 429. */
  | 'rate-limited'

/** One socket as the simulator saw it. */
export type ElevenLabsConnection = {
  key: string | undefined
  path: string
  query: Record<string, string>
  /** Every message of the client. */
  messages: ClientMessage[]
  /** Every text to be spoken, in order. */
  texts: { contextId: string | undefined; text: string; at: number }[]
  /** Contexts that are open now. */
  openContexts: Set<string | undefined>
  audioBytes: number
  closed: Promise<number>
}

type SessionOptions = {
  socket: WebSocket
  isMulti: boolean
  query: SocketQuery
  encoding: AudioEncoding
  /** Undefined when the key is to come in the first message. */
  account: Account | undefined
  accountOf(key: string): Account | undefined
  record: ElevenLabsConnection
  latencies: ElevenLabsLatencies
  fault(): ElevenLabsFault | undefined
  /** Length of the second that `inactivity_timeout` counts in, in ms. */
  secondMs: number
  /** The spelling of field names that the documentation has in two variants. */
  usesVariantNames: boolean
  /** What is wrong with the address; told, as the API does, once the socket is open. */
  refusal: ApiError | undefined
}

/** The server's side of `stream-input` and `multi-stream-input`. */
export const startSocketSession = (options: SessionOptions): void => {
  const { socket, isMulti, query, record, fault } = options
  const contexts = new Map<string | undefined, SpeechContext>()
  let account = options.account
  let isFirst = true
  let wantsClose = false
  let idleTimer: NodeJS.Timeout | undefined

  const stop = () => {
    clearTimeout(idleTimer)
    for (const context of contexts.values()) context.dispose()
    contexts.clear()
    record.openContexts.clear()
  }
  const refuse = (error: ApiError) => {
    stop()
    socket.send(errors.toErrorFrame(error))
    socket.close(1008, error.message.slice(0, 120))
  }
  const touchSocket = () => {
    clearTimeout(idleTimer)
    const ms = query.inactivity_timeout * options.secondMs
    idleTimer = setTimeout(() => refuse(errors.inputTimeout(query.inactivity_timeout)), ms + 5)
  }

  const onChunk = (id: string | undefined, { text, audio }: AudioChunk): boolean => {
    const present = fault()
    if (present === 'stall') return false
    if (record.audioBytes > 0) {
      if (present === 'stall-mid-sentence') return false
      if (present === 'quota-mid-stream') refuse(errors.quotaExceeded(0, text.length))
      if (present === 'close-mid-sentence') socket.terminate()
      if (present === 'malformed-message') socket.send('{"audio":')
      if (present === 'quota-mid-stream' || present === 'close-mid-sentence') return false
    }
    record.audioBytes += audio.length
    socket.send(
      JSON.stringify({ audio: audio.toString('base64'), ...alignmentOf(text), ...finalOf(false), ...contextOf(id) }),
    )
    return true
  }
  const alignmentOf = (text: string) => {
    if (query.sync_alignment !== 'true') return { normalizedAlignment: null, alignment: null }
    const chars = Array.from(text)
    const durations = chars.map(() => BURST_MS)
    const alignment = {
      chars,
      charStartTimesMs: chars.map((_, index) => index * BURST_MS),
      ...(options.usesVariantNames ? { charDurationsMs: durations } : { charsDurationsMs: durations }),
    }
    return { normalizedAlignment: alignment, alignment }
  }
  const finalOf = (isFinal: boolean) => (options.usesVariantNames ? { is_final: isFinal } : { isFinal })
  const contextOf = (id: string | undefined) => (isMulti ? { contextId: id ?? null } : {})

  const onFinal = (id: string | undefined) => {
    contexts.delete(id)
    record.openContexts.delete(id)
    socket.send(JSON.stringify({ ...finalOf(true), ...contextOf(id) }))
    if (!isMulti || (wantsClose && contexts.size === 0)) socket.close(1000)
  }

  const openContext = (id: string | undefined, message: ClientMessage): SpeechContext | undefined => {
    if (contexts.size >= MAX_CONTEXTS) {
      refuse(errors.tooManyContexts)
      return undefined
    }
    const context = createSpeechContext({
      id,
      encoding: options.encoding,
      latencies: options.latencies,
      autoMode: query.auto_mode === 'true',
      schedule: message.generation_config?.chunk_length_schedule ?? DEFAULT_SCHEDULE,
      inactivityMs: query.inactivity_timeout * options.secondMs,
      closeOvertakesText: fault() === 'close-overtakes-text',
      spend: (characters) => {
        const error = account?.spend(characters)
        if (error) refuse(error)
        return !error
      },
      onChunk: (chunk) => onChunk(id, chunk),
      onFinal: () => onFinal(id),
    })
    contexts.set(id, context)
    record.openContexts.add(id)
    return context
  }

  /** What is wrong with a message, in the state that the socket is in. */
  const findProblem = (message: ClientMessage): ApiError | undefined => {
    const { text, context_id: id, close_context: closes, close_socket: closesSocket } = message
    if (isFirst && !account) {
      const key = message.xi_api_key ?? message['xi-api-key']
      if (key === undefined) return errors.needsAuthorization
      account = options.accountOf(key)
      if (!account) return errors.invalidKey(key)
    }
    const missing = account?.refuse('text_to_speech')
    if (missing) return missing
    if (fault() === 'reject-after-open') return errors.invalidKey(account?.key ?? '')
    if (options.refusal) return options.refusal
    if (isFirst && text !== ' ' && !closesSocket)
      return errors.invalidMessage('The first message must have a text of one blank.')
    if (closes && id === undefined && isMulti) return errors.invalidMessage('close_context needs a context_id.')
    if (!closes && !closesSocket && text == null && !message.flush)
      return errors.invalidMessage('The message says nothing.')
    if (typeof text === 'string' && !isSpokenAsDocumented(text))
      return errors.invalidMessage('A text must end in one blank.')
    if (hasSettings(message) && contexts.has(id)) {
      return errors.invalidMessage(
        'voice_settings field must be provided in the first message and then either be not provided or not change.',
      )
    }
    return undefined
  }

  const apply = (message: ClientMessage) => {
    const { text, context_id: id } = message
    if (message.close_socket) {
      wantsClose = true
      if (contexts.size === 0) socket.close(1000)
      return
    }
    if (message.close_context) return contexts.get(id)?.close()
    // Whatever names a context that is not there opens it, even a flush or a sign of life (pipecat-ai/pipecat 4126).
    const context = contexts.get(id) ?? openContext(id, message)
    if (!context) return
    context.touch()
    if (!isMulti && text === '') {
      context.flush()
      return context.close()
    }
    if (text && text.trim() !== '') {
      record.texts.push({ contextId: id, text, at: Date.now() })
      context.add(text)
    }
    if (message.flush) context.flush()
  }

  const onMessage = (data: RawData, isBinary: boolean) => {
    const read = isBinary ? { problem: 'Binary messages are not taken.' } : readClientMessage(data.toString(), isMulti)
    if ('problem' in read) return refuse(errors.invalidMessage(read.problem))
    record.messages.push(read.message)
    touchSocket()
    const error = findProblem(read.message)
    isFirst = false
    if (error) return refuse(error)
    apply(read.message)
  }

  touchSocket()
  socket.on('message', onMessage)
  socket.on('close', stop)
}
