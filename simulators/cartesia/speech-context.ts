import type { AudioEncoding } from '../../src/provider-kit/audio.ts'
import { BURST_MS, synthesizeToneSpeech } from '../tone-speech/index.ts'
import type { CartesiaLatencies } from './types.ts'

/** Characters in one chunk. Seven cut words in two, as real chunks do. */
const CHUNK_CHARACTERS = 7
const SENTENCE_END = /[.!?]\s*$/

export type WordTimes = { words: string[]; start: number[]; end: number[] }
export type SpeechChunk = { audio: Buffer; flushId: number; words?: WordTimes }

/** One context: text waits until it may be generated, and is spoken in the order in which it came. */
export type SpeechContext = {
  add(text: string): void
  /** What waits is generated; `onFlushDone` follows its last audio. */
  flush(): void
  /** No more text: `onDone` follows the last audio. */
  finish(): void
  /** Text that has not begun to sound is dropped; what sounds goes on to its end. */
  cancel(): void
  dispose(): void
}

type SpeechContextOptions = {
  encoding: AudioEncoding
  latencies: CartesiaLatencies
  /** Text waits for a sentence's end at most so long, in ms; 0 generates every input at once. */
  bufferDelayMs: number
  /** From the last audio until the context is forgotten, in ms. */
  expiryMs: number
  /** False to generate nothing more. */
  onChunk(chunk: SpeechChunk): boolean
  onFlushDone(flushId: number): void
  onDone(): void
  onExpired(): void
}

type Task =
  | { kind: 'speech'; chars: string[]; words?: WordTimes; hasBegun: boolean }
  | { kind: 'flush'; flushId: number }

/** Source: https://docs.cartesia.ai/use-the-api/tts-websocket/contexts and /buffering */
export const createSpeechContext = (options: SpeechContextOptions): SpeechContext => {
  const { latencies } = options
  const tasks: Task[] = []
  let buffer = ''
  let bufferTimer: NodeJS.Timeout | undefined
  let timer: NodeJS.Timeout | undefined
  let expiryTimer: NodeJS.Timeout | undefined
  let isRunning = false
  let isFinished = false
  let isOver = false
  let flushes = 0
  let spokenCharacters = 0

  const dispose = () => {
    isOver = true
    for (const each of [timer, bufferTimer, expiryTimer]) clearTimeout(each)
  }

  const timesOf = (text: string): WordTimes => {
    const times: WordTimes = { words: [], start: [], end: [] }
    for (const match of text.matchAll(/\S+/g)) {
      const first = spokenCharacters + Array.from(text.slice(0, match.index)).length
      times.words.push(match[0])
      times.start.push((first * BURST_MS) / 1000)
      times.end.push(((first + Array.from(match[0]).length) * BURST_MS) / 1000)
    }
    return times
  }

  const run = () => {
    if (isRunning || isOver) return
    isRunning = true
    timer = setTimeout(step, latencies.firstAudioMs)
  }
  const step = () => {
    if (isOver) return
    const task = tasks[0]
    if (!task) return rest()
    if (task.kind === 'flush') {
      tasks.shift()
      options.onFlushDone(task.flushId)
      return step()
    }
    task.hasBegun = true
    const words = task.words
    task.words = undefined
    const text = task.chars.splice(0, CHUNK_CHARACTERS).join('')
    if (task.chars.length === 0) tasks.shift()
    const audio = synthesizeToneSpeech(text, options.encoding)
    if (!options.onChunk({ audio, flushId: flushes + 1, words })) return dispose()
    timer = setTimeout(step, Array.from(text).length * BURST_MS * latencies.realTimeFactor)
  }
  const rest = () => {
    isRunning = false
    if (isFinished && buffer === '') {
      dispose()
      return options.onDone()
    }
    clearTimeout(expiryTimer)
    expiryTimer = setTimeout(() => {
      dispose()
      options.onExpired()
    }, options.expiryMs)
  }

  const takeBuffer = () => {
    clearTimeout(bufferTimer)
    bufferTimer = undefined
    clearTimeout(expiryTimer)
    if (buffer === '') return
    tasks.push({ kind: 'speech', chars: Array.from(buffer), words: timesOf(buffer), hasBegun: false })
    spokenCharacters += Array.from(buffer).length
    buffer = ''
    run()
  }

  return {
    dispose,
    add(text) {
      buffer += text
      if (options.bufferDelayMs === 0 || SENTENCE_END.test(buffer)) return takeBuffer()
      bufferTimer ??= setTimeout(takeBuffer, options.bufferDelayMs)
    },
    flush() {
      takeBuffer()
      tasks.push({ kind: 'flush', flushId: ++flushes })
      run()
    },
    finish() {
      isFinished = true
      takeBuffer()
      run()
    },
    cancel() {
      buffer = ''
      const sounding = tasks[0]
      tasks.splice(sounding?.kind === 'speech' && sounding.hasBegun ? 1 : 0)
      isFinished = true
      run()
    },
  }
}
