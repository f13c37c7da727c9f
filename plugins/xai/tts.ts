import {
  openProviderSocket,
  ProviderError,
  requestJson,
  timeoutError,
  toWebSocketOrigin,
} from '../../src/provider-kit/index.ts'
import type {
  ListContext,
  TtsCapability,
  TtsConnectionEvent,
  TtsEvent,
  TtsUtterance,
  VoiceInfo,
} from '../../src/provider-kit/index.ts'
import { toXaiError } from './errors.ts'
import type { XaiCredentials } from './credentials.ts'

const MODEL = 'grok-tts'
const DEFAULT_VOICE = 'ara'
const MAX_VOICES = 500

/** How long xAI may take for the next audio that it owes, in ms. */
const AUDIO_MS = 8000
/** How long xAI may take to confirm that a cancelled utterance was cleared, in ms. */
const CLEAR_MS = 2000
const CLOSE_GRACE_MS = 2000
const WORD = /[\p{L}\p{N}]/u

/**
 * What xAI speaks; three of them it names with a country alone.
 * Sources: https://docs.x.ai/developers/rest-api-reference/inference/voice, as `pipecat.services.xai.tts` repeats it
 */
const LANGUAGES = 'ar-EG ar-SA ar-AE bn de en es-ES es-MX fr hi id it ja ko pt-PT pt-BR ru tr vi zh'.split(' ')

/** The language as xAI names it, in the first of its countries where another was asked for; undefined where it has none. */
const toLanguage = (bcp47: string): string | undefined => {
  const wanted = bcp47.toLowerCase()
  const baseOf = (code: string) => code.split('-')[0]?.toLowerCase()
  if (['auto', 'multi'].includes(wanted)) return 'auto'
  return (
    LANGUAGES.find((code) => code.toLowerCase() === wanted) ?? LANGUAGES.find((code) => baseOf(code) === baseOf(wanted))
  )
}

/** Source: https://docs.x.ai/developers/rest-api-reference/inference/voice (`GET /v1/tts/voices`) */
async function listVoices(context: ListContext<XaiCredentials>): Promise<readonly VoiceInfo[]> {
  const { credentials, origins, signal } = context
  const { status, json } = await requestJson({
    provider: 'xai',
    url: `${origins.api}/v1/tts/voices`,
    headers: { Authorization: `Bearer ${credentials.apiKey}` },
    signal,
  })
  const voices = typeof json === 'object' && json !== null ? (json as { voices?: unknown }).voices : undefined
  if (status !== 200 || !Array.isArray(voices)) throw toXaiError({ status, body: json })
  return voices.slice(0, MAX_VOICES).flatMap((voice: { voice_id?: unknown; name?: unknown } | null) => {
    if (typeof voice?.voice_id !== 'string') return []
    return [{ id: voice.voice_id, name: typeof voice.name === 'string' ? voice.name : voice.voice_id }]
  })
}

/** One utterance: what waits to be sent, and whoever hears of it. */
type Utterance = {
  onEvent(event: TtsEvent): void
  texts: string[]
  hasSent: boolean
  isFinished: boolean
  hasEnded: boolean
  isCancelled: boolean
  /** xAI had spoken all of it before it could be cleared. */
  isThrough: boolean
}

type XaiTtsOptions = {
  /** How long xAI may take to confirm that a cancelled utterance was cleared, in ms. Default 2,000. */
  clearMs?: number
}

/**
 * xAI's voices over one WebSocket for a call, one utterance after another, as 8 kHz G.711.
 * Source: https://docs.x.ai/developers/rest-api-reference/inference/voice (streaming text to speech)
 */
const createOpen =
  ({ clearMs = CLEAR_MS }: XaiTtsOptions): TtsCapability<XaiCredentials>['open'] =>
  ({ credentials, origins }, options, onEvent) => {
    const { voice = DEFAULT_VOICE, format, language = 'auto' } = options
    const spoken = toLanguage(language)
    const queue: Utterance[] = []
    let characters = 0
    let hasFailed = false
    let isClosing = false
    let isClosed = false
    let timer: NodeJS.Timeout | undefined
    const emit = (event: TtsConnectionEvent) => onEvent(event)

    const arm = (ms: number, onTimeout: () => void) => {
      clearTimeout(timer)
      timer = setTimeout(onTimeout, ms)
    }
    const failAll = (error: ProviderError) => {
      if (hasFailed || isClosing) return
      hasFailed = true
      clearTimeout(timer)
      for (const { isCancelled, onEvent: tell } of queue.splice(0)) if (!isCancelled) tell({ type: 'error', error })
      emit({ type: 'error', error })
      socket.destroy()
    }
    const send = (message: object) => socket.sendText(JSON.stringify(message))
    const awaitAudio = () => arm(AUDIO_MS, () => failAll(timeoutError('xai')))
    /** The first utterance is over; the next one begins. */
    const advance = () => {
      clearTimeout(timer)
      queue.shift()
      pump()
    }

    /** Sends what the first utterance has: xAI knows one at a time. */
    const pump = () => {
      const [first] = queue
      if (!first || !socket.isOpen || hasFailed) return
      if (first.isCancelled) {
        if (!first.hasSent) return advance()
        return
      }
      for (const text of first.texts.splice(0)) {
        first.hasSent = true
        characters += text.length
        send({ type: 'text.delta', delta: text })
        awaitAudio()
      }
      if (!first.isFinished || first.hasEnded) return
      first.hasEnded = true
      if (first.hasSent) {
        send({ type: 'text.done' })
        return awaitAudio()
      }
      first.onEvent({ type: 'done' })
      advance()
    }

    const onMessage = (text: string) => {
      const [first] = queue
      const message = parseObject(text)
      if (message?.type === 'error') return failAll(toMessageError(message.message))
      if (!first) return
      if (message?.type === 'audio.clear' && first.isCancelled) return advance()
      if (first.isCancelled) {
        if (message?.type === 'audio.done' && first.hasEnded) first.isThrough = true
        return
      }
      if (message?.type === 'audio.delta' && typeof message.delta === 'string') {
        if (first.isFinished) awaitAudio()
        else clearTimeout(timer)
        first.onEvent({ type: 'audio', audio: Buffer.from(message.delta, 'base64') })
      } else if (message?.type === 'audio.done' && first.hasEnded) {
        first.onEvent({ type: 'done' })
        advance()
      }
    }

    const query = new URLSearchParams({
      language: spoken ?? 'auto',
      voice,
      codec: format.encoding,
      sample_rate: String(format.sampleRate),
      optimize_streaming_latency: '1',
    })
    const socket = openProviderSocket({
      provider: 'xai',
      url: `${toWebSocketOrigin(origins.api ?? '')}/v1/tts?${query}`,
      headers: { authorization: `Bearer ${credentials.apiKey}` },
      mapHandshakeFailure: (status, headers, text) =>
        toXaiError({ status, body: parseObject(text), requestId: headers['x-request-id'] }),
      onOpen(headers) {
        emit({ type: 'open', requestId: headers['x-request-id'] })
        if (!spoken) emit({ type: 'warning', message: `xAI does not speak ${language}; it goes by the text.` })
        pump()
      },
      onText: onMessage,
      onBinary: () => {},
      onError: failAll,
      onClose() {
        isClosed = true
        // A session that nobody uses is let go after ten minutes; that is no failure.
        if (queue.length > 0) failAll(closedError())
        clearTimeout(timer)
        emit({ type: 'closed', characters })
      },
    })

    const cancel = (utterance: Utterance) => {
      if (utterance.isCancelled || !queue.includes(utterance)) return
      utterance.isCancelled = true
      utterance.texts = []
      if (queue[0] !== utterance) return void queue.splice(queue.indexOf(utterance), 1)
      if (!utterance.hasSent) return advance()
      send({ type: 'text.clear' })
      arm(clearMs, () => (utterance.isThrough ? advance() : giveUpUncleared()))
    }
    /** Audio does not say whose it is: what comes of the cancelled utterance would be heard in the next one. */
    const giveUpUncleared = () => {
      queue.shift()
      if (queue.length > 0) return failAll(timeoutError('xai'))
      isClosing = true
      socket.destroy()
    }

    return {
      speak(onSpoken): TtsUtterance {
        const utterance: Utterance = {
          onEvent: onSpoken,
          texts: [],
          hasSent: false,
          isFinished: false,
          hasEnded: false,
          isCancelled: false,
          isThrough: false,
        }
        if (isClosing || isClosed || hasFailed) queueMicrotask(() => onSpoken({ type: 'error', error: closedError() }))
        else queue.push(utterance)
        let pending = ''
        return {
          write(text) {
            if (utterance.isFinished || utterance.isCancelled || text === '') return
            // Marks and blanks before the first word would be an utterance without a sound.
            pending += text
            if (!utterance.hasSent && !WORD.test(pending)) return
            utterance.texts.push(pending)
            pending = ''
            pump()
          },
          finish() {
            if (utterance.isFinished || utterance.isCancelled) return
            utterance.isFinished = true
            queueMicrotask(pump)
          },
          cancel: () => cancel(utterance),
        }
      },
      close() {
        if (isClosing) return
        isClosing = true
        clearTimeout(timer)
        queue.splice(0)
        socket.close(CLOSE_GRACE_MS)
      },
      destroy() {
        isClosing = true
        clearTimeout(timer)
        queue.splice(0)
        socket.destroy()
      },
    }
  }

/** xAI's voices over WebSocket. */
export const createXaiTts = (options: XaiTtsOptions = {}): TtsCapability<XaiCredentials> => ({
  encodings: ['mulaw', 'alaw'],
  defaultModel: MODEL,
  defaultVoice: DEFAULT_VOICE,
  models: [{ id: MODEL, name: 'Grok TTS', description: 'The one model that xAI has for voices.' }],
  listVoices,
  open: createOpen(options),
})

export const tts = createXaiTts()

const parseObject = (text: string): Record<string, unknown> | undefined => {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

/** Errors in a session are a sentence alone. */
const toMessageError = (message: unknown): ProviderError => toXaiError({ body: { error: message } })

const closedError = () => new ProviderError({ provider: 'xai', kind: 'closed', message: 'xAI broke off the speech.' })
