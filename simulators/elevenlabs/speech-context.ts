import type { AudioEncoding } from '../../src/provider-kit/audio.ts'
import { BURST_MS, synthesizeToneSpeech } from '../tone-speech/index.ts'

/** Characters in one audio message. Seven cut words in two, as real chunks do. */
const CHUNK_CHARACTERS = 7

export type ElevenLabsLatencies = {
  /** From a text until its first audio, in ms, when nothing is being generated already. */
  firstAudioMs: number
  /** Time of generation for a second of audio: 0.1 is ten times faster than real time. */
  realTimeFactor: number
  /** Transcription: from audio to the partial transcript of it, in ms. */
  interimMs: number
  /** Transcription: from the end of a pause, or a commit asked for, to the committed transcript, in ms. */
  commitMs: number
}

export type AudioChunk = { text: string; audio: Buffer }

export type SpeechContext = {
  readonly id: string | undefined
  /** Text for the buffer; spoken at once in automatic mode, else by the schedule. */
  add(text: string): void
  /** Everything in the buffer is generated. */
  flush(): void
  /** No more text: what is being generated comes to its end, what was only buffered is lost. */
  close(): void
  /** Restarts the clock of inactivity. */
  touch(): void
  dispose(): void
}

type SpeechContextOptions = {
  id: string | undefined
  encoding: AudioEncoding
  latencies: ElevenLabsLatencies
  autoMode: boolean
  schedule: readonly number[]
  inactivityMs: number
  /** A close drops every text that has not begun to sound. */
  closeOvertakesText: boolean
  /** Before text is generated; false when the account cannot pay. */
  spend(characters: number): boolean
  /** False to generate nothing more. */
  onChunk(chunk: AudioChunk): boolean
  /** Everything was generated after a close, or the context was idle for too long. */
  onFinal(): void
}

/** One context: a buffer of text, and the audio that is being made of it. */
export const createSpeechContext = (options: SpeechContextOptions): SpeechContext => {
  const { latencies, schedule } = options
  const pending: string[][] = []
  let buffer = ''
  let scheduleIndex = 0
  let timer: NodeJS.Timeout | undefined
  let idleTimer: NodeJS.Timeout | undefined
  let isGenerating = false
  let hasSounded = false
  let isClosing = false
  let isOver = false

  const finish = () => {
    if (isOver) return
    dispose()
    options.onFinal()
  }
  const step = () => {
    const chars = pending[0]
    if (isOver || !chars) return
    hasSounded = true
    const text = chars.splice(0, CHUNK_CHARACTERS).join('')
    if (chars.length === 0) pending.shift()
    if (!options.onChunk({ text, audio: synthesizeToneSpeech(text, options.encoding) })) return dispose()
    if (pending.length > 0) {
      timer = setTimeout(step, Array.from(text).length * BURST_MS * latencies.realTimeFactor)
      return
    }
    isGenerating = false
    if (isClosing) finish()
  }
  const generate = (text: string) => {
    if (text.trim() === '' || isOver) return
    if (!options.spend(text.length)) return dispose()
    pending.push(Array.from(text))
    if (isGenerating) return
    isGenerating = true
    timer = setTimeout(step, latencies.firstAudioMs)
  }
  const takeBuffer = () => {
    const text = buffer
    buffer = ''
    generate(text)
  }
  const dispose = () => {
    isOver = true
    clearTimeout(timer)
    clearTimeout(idleTimer)
  }
  const touch = () => {
    clearTimeout(idleTimer)
    idleTimer = setTimeout(finish, options.inactivityMs)
  }
  touch()

  return {
    id: options.id,
    touch,
    add(text) {
      if (isClosing) return
      buffer += text
      const threshold = schedule[Math.min(scheduleIndex, schedule.length - 1)] as number
      if (!options.autoMode && buffer.length < threshold) return
      scheduleIndex++
      takeBuffer()
    },
    flush: takeBuffer,
    close() {
      isClosing = true
      if (options.closeOvertakesText) pending.splice(hasSounded ? 1 : 0)
      if (pending.length === 0) finish()
    },
    dispose,
  }
}
