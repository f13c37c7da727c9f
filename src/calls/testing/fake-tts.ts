import type {
  AudioEncoding,
  ProviderError,
  SpokenWord,
  TtsConnectionEvent,
  TtsEvent,
  TtsOptions,
} from '../../provider-kit/index.ts'
import { BYTES_PER_MS } from '../../provider-kit/index.ts'
import type { BoundTts } from '../types.ts'
import type { ManualClock } from './manual-clock.ts'

/** One utterance of the fake. */
export type FakeUtterance = {
  text: () => string
  isFinished: () => boolean
  isCancelled: () => boolean
  emit(event: TtsEvent): void
}

export type FakeTtsConnection = {
  options: TtsOptions
  utterances: FakeUtterance[]
  emit(event: TtsConnectionEvent): void
  /** Closes as a provider does that lets an idle connection go. */
  letGo(): void
}

export type FakeTtsOptions = {
  clock: ManualClock
  encodings?: readonly AudioEncoding[]
  /** How long a character takes to say. Default 50. */
  msPerCharacter?: number
  /** From the first text to the first audio. Default 100. */
  firstAudioMs?: number
  /** Whether it tells the times of words. Default true. */
  hasWords?: boolean
  /** Never speaks. */
  isMute?: boolean
  /** Fails each connection's first utterance once so much audio of it has come, for so many connections. */
  failAfterMs?: number
  failures?: number
  failure?: ProviderError
  /** Whether it answers `close` and `destroy` at all. */
  isDeaf?: boolean
}

export type FakeTts = BoundTts & { connections: FakeTtsConnection[]; last(): FakeUtterance }

const CHUNK_MS = 100

/**
 * A voice that says each character in the same time, and each sample of character n as byte n modulo 100 plus 1, so
 * that a test can read from the audio what was played.
 */
export function createFakeTts(settings: FakeTtsOptions): FakeTts {
  const { clock, encodings = ['mulaw', 'alaw'], msPerCharacter = 50, firstAudioMs = 100, hasWords = true } = settings
  const connections: FakeTtsConnection[] = []
  let failuresLeft = settings.failures ?? (settings.failure ? 1 : 0)

  const toAudio = (from: number, toMs: number, fromMs: number): Buffer => {
    const audio = Buffer.alloc((toMs - fromMs) * BYTES_PER_MS)
    for (let index = 0; index < audio.length; index++) {
      const character = from + Math.floor((fromMs + index / BYTES_PER_MS) / msPerCharacter)
      audio[index] = (character % 100) + 1
    }
    return audio
  }

  const toSpokenWords = (text: string): SpokenWord[] =>
    [...text.matchAll(/\S+/g)].map((match) => ({
      text: match[0],
      startMs: match.index * msPerCharacter,
      endMs: (match.index + match[0].length) * msPerCharacter,
    }))

  const speak = (onEvent: (event: TtsEvent) => void, onText: (characters: number) => void) => {
    let text = ''
    let saidMs = 0
    let wordsTold = 0
    let isStarted = false
    let isFinished = false
    let isOver = false
    let isCancelled = false

    const step = () => {
      if (isOver) return
      const totalMs = text.length * msPerCharacter
      const untilMs = Math.min(totalMs, saidMs + CHUNK_MS)
      if (settings.failure && failuresLeft > 0 && saidMs >= (settings.failAfterMs ?? 0)) {
        failuresLeft--
        isOver = true
        onEvent({ type: 'error', error: settings.failure })
        return
      }
      if (untilMs > saidMs) {
        onEvent({ type: 'audio', audio: toAudio(0, untilMs, saidMs) })
        saidMs = untilMs
        const words = toSpokenWords(text).filter((word) => word.endMs <= saidMs)
        if (hasWords && words.length > wordsTold) onEvent({ type: 'words', words: words.slice(wordsTold) })
        wordsTold = words.length
      } else if (isFinished) {
        isOver = true
        onEvent({ type: 'done' })
        return
      }
      // Made five times as fast as it is spoken.
      clock.after(CHUNK_MS / 5, step)
    }

    return {
      utterance: {
        text: () => text,
        isFinished: () => isFinished,
        isCancelled: () => isCancelled,
        emit: onEvent,
      },
      control: {
        write(piece: string) {
          text += piece
          onText(piece.length)
          if (isStarted || settings.isMute) return
          isStarted = true
          clock.after(firstAudioMs, step)
        },
        finish() {
          isFinished = true
        },
        cancel() {
          isCancelled = true
          isOver = true
        },
      },
    }
  }

  return {
    provider: 'fake-tts',
    encodings,
    connections,
    last: () => connections.flatMap((connection) => connection.utterances).at(-1) as FakeUtterance,
    open(options, onEvent) {
      let characters = 0
      let isClosed = false
      const utterances: FakeUtterance[] = []
      const finish = () => {
        if (isClosed) return
        isClosed = true
        onEvent({ type: 'closed', characters })
      }
      connections.push({ options, utterances, emit: onEvent, letGo: finish })
      clock.after(0, () => onEvent({ type: 'open', requestId: `tts-${connections.length}` }))
      return {
        speak(onSpoken) {
          const { utterance, control } = speak(onSpoken, (count) => {
            characters += count
          })
          utterances.push(utterance)
          return control
        },
        close: () => {
          if (!settings.isDeaf) clock.after(50, finish)
        },
        destroy: () => {
          if (!settings.isDeaf) clock.after(0, finish)
        },
      }
    },
  }
}
