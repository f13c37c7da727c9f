import {
  BYTES_PER_MS,
  createAudioOutbox,
  openProviderSocket,
  ProviderError,
  timeoutError,
  toWebSocketOrigin,
} from '../../src/provider-kit/index.ts'
import type { ProviderContext, SttCapability, SttEvent, SttOptions, SttStream } from '../../src/provider-kit/index.ts'
import { toXaiError } from './errors.ts'
import { createTranscriptReader } from './transcript-reader.ts'
import type { XaiCredentials } from './credentials.ts'

const MODEL = 'grok-stt'
/** Silence after which xAI calls an utterance over, in ms. Its own 10 ms would end it between two words. */
const ENDPOINTING_MS = 500
const CLOSE_GRACE_MS = 2500
const READY_MS = 5000
const MAX_KEYTERMS = 100
const MAX_KEYTERM_CHARS = 50

const toUrl = (origin: string, { format, language }: SttOptions, keyterms: readonly string[]): string => {
  const query = new URLSearchParams({
    encoding: format.encoding,
    sample_rate: String(format.sampleRate),
    interim_results: 'true',
    endpointing: String(ENDPOINTING_MS),
  })
  // Formats numbers in that language; the model hears each of its languages whatever is said here.
  if (language) query.set('language', language.split('-')[0]?.toLowerCase() ?? '')
  for (const keyterm of keyterms) query.append('keyterm', keyterm)
  return `${toWebSocketOrigin(origin)}/v1/stt?${query}`
}

/**
 * xAI's live transcription over WebSocket.
 * Source: https://docs.x.ai/developers/rest-api-reference/inference/speech-to-text (streaming)
 */
export const stt: SttCapability<XaiCredentials> = {
  encodings: ['mulaw', 'alaw'],
  defaultModel: MODEL,
  models: [{ id: MODEL, name: 'Grok STT', description: 'The one model that xAI has for transcription.' }],
  open: openStream,
}

function openStream(
  { credentials, origins }: ProviderContext<XaiCredentials>,
  options: SttOptions,
  onEvent: (event: SttEvent) => void,
): SttStream {
  const keyterms = (options.keyterms ?? []).filter((term) => term.length <= MAX_KEYTERM_CHARS).slice(0, MAX_KEYTERMS)
  const reader = createTranscriptReader()
  /** Audio that came before the session stood. */
  const held = createAudioOutbox()
  let sentBytes = 0
  let isReady = false
  let isClosing = false
  let isDropped = false
  let hasFailed = false
  let requestId: string | undefined
  let closeTimer: NodeJS.Timeout | undefined

  const fail = (error: ProviderError) => {
    if (hasFailed || isDropped) return
    hasFailed = true
    onEvent({ type: 'error', error })
    socket.destroy()
  }
  const send = (audio: Uint8Array) => {
    if (socket.sendBinary(audio)) sentBytes += audio.length
  }
  const onReady = () => {
    if (isReady) return
    isReady = true
    clearTimeout(readyTimer)
    onEvent({ type: 'open', requestId })
    if (keyterms.length < (options.keyterms?.length ?? 0)) {
      onEvent({ type: 'warning', message: 'xAI takes 100 key terms of 50 characters; the others are left out.' })
    }
    if (held.hasOverflowed)
      onEvent({ type: 'warning', message: 'xAI took over 10 s to answer; the first audio is lost.' })
    held.drain(send)
    if (isClosing) socket.sendText('{"type":"audio.done"}')
  }

  const readyTimer = setTimeout(() => fail(timeoutError('xai')), READY_MS)
  const socket = openProviderSocket({
    provider: 'xai',
    url: toUrl(origins.api ?? '', options, keyterms),
    headers: { authorization: `Bearer ${credentials.apiKey}` },
    mapHandshakeFailure: (status, headers, text) =>
      toXaiError({ status, body: parseJson(text), requestId: headers['x-request-id'] }),
    onOpen(headers) {
      requestId = headers['x-request-id']
    },
    onText(text) {
      for (const event of reader.read(text)) {
        if (hasFailed || isDropped) return
        if (event.type === 'ready') onReady()
        else if (event.type === 'over') socket.close(CLOSE_GRACE_MS)
        else if (event.type === 'error') fail(event.error)
        else onEvent(event)
      }
    },
    onBinary: () => {},
    onError: fail,
    onClose(code) {
      clearTimeout(readyTimer)
      clearTimeout(closeTimer)
      if (!isClosing) fail(closedError(code))
      if (!hasFailed && !isDropped) for (const event of reader.flush()) onEvent(event)
      onEvent({ type: 'closed', audioMs: Math.round(sentBytes / BYTES_PER_MS) })
    },
  })

  return {
    send(audio) {
      if (isClosing || hasFailed || audio.length === 0) return
      if (isReady) send(audio)
      else held.add(audio)
    },
    close() {
      if (isClosing || hasFailed) return
      isClosing = true
      if (!isReady && held.isEmpty) return socket.destroy()
      closeTimer = setTimeout(socket.destroy, CLOSE_GRACE_MS)
      if (isReady) socket.sendText('{"type":"audio.done"}')
    },
    destroy() {
      isClosing = true
      isDropped = true
      socket.destroy()
    },
  }
}

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const closedError = (status: number) =>
  new ProviderError({ provider: 'xai', kind: 'closed', message: 'xAI broke off the transcription.', status })
