import type { ProviderError, TtsCapability } from '../../src/provider-kit/index.ts'
import type { DeepgramCredentials } from './credentials.ts'
import { ownError } from './errors.ts'
import { listVoices } from './list-voices.ts'
import { buildSpeakRequest, DEFAULT_MODEL, DEFAULT_VOICE } from './speak-request.ts'
import type { SpeakWire } from './speak-wire.ts'
import { openSpeakWire } from './speak-wire.ts'
import type { SpeechTurn } from './speech-turn.ts'
import { createSpeechTurn } from './speech-turn.ts'

/** How long Deepgram may take to confirm a Clear before the connection is replaced. */
const CLEARED_MS = 1000
/** Flushes that are kept for the ends of utterances. */
const RESERVED_FLUSHES = 8

const open: TtsCapability<DeepgramCredentials>['open'] = ({ credentials, origins }, options, onEvent) => {
  const { url, warnings } = buildSpeakRequest({ origin: origins.api ?? '', options })
  /** Utterances that are not over, in order; only the first is on the wire. */
  const turns: SpeechTurn[] = []
  const wires = new Set<SpeakWire>()
  let wire: SpeakWire
  /** Runs from a Clear to its Cleared: what arrives meanwhile belongs to the utterance that was cancelled. */
  let clearTimer: NodeJS.Timeout | undefined
  /** Flushes of a cancelled utterance that may still be answered. */
  let staleFlushes = 0
  let characters = 0
  let hasOpened = false
  let hasFailed = false
  let isClosing = false
  let isDead = false

  const dropAll = () => {
    for (const turn of [...turns]) turn.drop()
  }
  /** Utterances first: who is speaking must know before the connection is given up. */
  const failAll = (error: ProviderError) => {
    if (hasFailed || isClosing) return
    hasFailed = true
    for (const turn of [...turns]) turn.fail(error)
    onEvent({ type: 'error', error })
  }
  const line = {
    speak(text: string) {
      characters += text.length
      wire.speak(text)
    },
    flush: () => wire.flush(),
    maySpareFlush: () => wire.flushesLeft() > RESERVED_FLUSHES,
  }

  /** Lets the next utterance speak, once the one before it is over and cleared away. */
  const advance = () => {
    const [next] = turns
    if (!next || next.hasBegun || clearTimer || hasFailed || isClosing || isDead) return
    if (!wire.isFit()) renew()
    if (wire.isOpen) next.begin(line)
  }
  const endClearing = () => {
    clearTimeout(clearTimer)
    clearTimer = undefined
  }
  /** The flushes of this minute are used up, it is too old, or it does not confirm a Clear: another takes its place. */
  const renew = () => {
    endClearing()
    staleFlushes = 0
    // First, so that the two hardly count as two against the connections that a project may have.
    wire.close()
    wire = connect()
  }
  const onOver = (turn: SpeechTurn) => {
    const isFirst = turns[0] === turn
    turns.splice(turns.indexOf(turn), 1)
    if (hasFailed || isClosing || isDead) return
    if (isFirst && turn.isOwed) {
      staleFlushes += turn.flushesOwed
      wire.clear()
      clearTimer = setTimeout(() => {
        renew()
        advance()
      }, CLEARED_MS)
    } else if (isFirst) advance()
  }

  const connect = (): SpeakWire => {
    const own = openSpeakWire({
      url,
      apiKey: credentials.apiKey,
      onOpen(requestId) {
        if (own !== wire) return
        if (!hasOpened) {
          hasOpened = true
          onEvent({ type: 'open', requestId })
          for (const message of warnings) onEvent({ type: 'warning', message })
        }
        advance()
      },
      onAudio(audio) {
        if (own === wire && !clearTimer) turns[0]?.receive(audio)
      },
      onFlushed() {
        if (own !== wire) return
        // Answers come in order, so one that comes before any audio can only be an old one.
        if (staleFlushes > 0 && (clearTimer || !turns[0]?.hasAudio)) staleFlushes--
        else turns[0]?.flushed()
      },
      onCleared() {
        if (own !== wire) return
        endClearing()
        advance()
      },
      onWarning({ message, isFlushRefused }) {
        if (own !== wire) return
        onEvent({ type: 'warning', message })
        if (isFlushRefused && !clearTimer && turns[0]?.isOwed) turns[0].fail(ownError('rate-limited'))
      },
      onError(error) {
        if (own === wire) failAll(error)
      },
      onClose(failure) {
        wires.delete(own)
        if (own === wire) {
          endClearing()
          if (turns.length > 0 || !isIdleClose(failure)) failAll(failure)
          isDead = true
          dropAll()
        }
        if (isDead && wires.size === 0) onEvent({ type: 'closed', characters })
      },
    })
    wires.add(own)
    return own
  }
  wire = connect()

  return {
    speak(onUtteranceEvent) {
      const turn = createSpeechTurn({ onEvent: onUtteranceEvent, onOver: () => onOver(turn) })
      if (isClosing || hasFailed || isDead) queueMicrotask(() => turn.fail(ownError('closed')))
      else turns.push(turn)
      advance()
      return turn
    },
    close() {
      if (isClosing) return
      isClosing = true
      endClearing()
      dropAll()
      wire.close()
    },
    destroy() {
      isClosing = true
      endClearing()
      dropAll()
      for (const each of wires) each.destroy()
    },
  }
}

/** The close of a connection that nobody was using: an hour is over, nothing was said for long, or it simply went. */
const isIdleClose = ({ providerCode, status }: ProviderError): boolean =>
  providerCode ? providerCode === 'NET-0001' || providerCode === 'NET-0003' : status !== 1008

/**
 * Deepgram's Aura voices over `/v1/speak`: one connection for a call, one utterance at a time on it. Deepgram tells no times
 * of words. Source: https://developers.deepgram.com/docs/streaming-text-to-speech
 */
export const tts: TtsCapability<DeepgramCredentials> = {
  encodings: ['mulaw', 'alaw'],
  defaultModel: DEFAULT_MODEL,
  defaultVoice: DEFAULT_VOICE,
  models: [
    {
      id: DEFAULT_MODEL,
      name: 'Aura-2',
      description: 'Voices in English, Spanish, German, French, Dutch, Italian and Japanese; the voice is the model.',
    },
  ],
  listVoices,
  open,
}
