import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { BYTES_PER_MS, decodeAlaw, decodeMulaw, FRAME_BYTES } from '../../src/provider-kit/index.ts'
import type { AudioEncoding } from '../../src/provider-kit/index.ts'

/** Louder than this (of 32,768) counts as sound: above the noise of a codec, below any speech. */
const AUDIBLE_AMPLITUDE = 256

const WAV_HEADER_BYTES = 44

const tableOf = <T>(encoding: AudioEncoding, of: (sample: number) => T): T[] =>
  Array.from({ length: 256 }, (_, byte) => of(encoding === 'mulaw' ? decodeMulaw(byte) : decodeAlaw(byte)))

/** Both sides of a call on one timeline: byte n of either track was on the line n / 8 ms after the stream's start. */
export type Recording = {
  readonly encoding: AudioEncoding
  /** What the caller said: headerless G.711, silence included. */
  readonly caller: Buffer
  /** What the caller heard: headerless G.711 as the carrier played it, silence included. */
  readonly agent: Buffer
  readonly durationMs: number
  /** Writes a WAV file, 16 bit, 8 kHz, caller left, agent right; makes the folder. */
  writeWav(path: string): void
}

export type Recorder = {
  /** Adds 20 ms of each side. */
  append(caller: Uint8Array, agent: Uint8Array): void
  /** The first audible sample of the agent from `fromMs` on, in ms, searched up to `toMs`. */
  findAgentSound(fromMs: number, toMs?: number): number | undefined
  /** The end of the agent's last audible sample, in ms; 0 when nothing was heard. */
  readonly lastAgentSoundMs: number
  readonly positionMs: number
  readonly recording: Recording
}

const createTrack = () => {
  let buffer = Buffer.alloc(FRAME_BYTES * 50 * 10)
  let length = 0
  return {
    append: (audio: Uint8Array) => {
      if (length + audio.length > buffer.length) buffer = Buffer.concat([buffer, Buffer.alloc(buffer.length)])
      buffer.set(audio, length)
      length += audio.length
    },
    view: () => buffer.subarray(0, length),
  }
}

const encodeWav = (left: Buffer, right: Buffer, samples: readonly number[]): Buffer => {
  const wav = Buffer.alloc(WAV_HEADER_BYTES + left.length * 4)
  wav.write('RIFF', 0, 'ascii')
  wav.writeUInt32LE(wav.length - 8, 4)
  wav.write('WAVEfmt ', 8, 'ascii')
  wav.writeUInt32LE(16, 16)
  wav.writeUInt16LE(1, 20)
  wav.writeUInt16LE(2, 22)
  wav.writeUInt32LE(8000, 24)
  wav.writeUInt32LE(32_000, 28)
  wav.writeUInt16LE(4, 32)
  wav.writeUInt16LE(16, 34)
  wav.write('data', 36, 'ascii')
  wav.writeUInt32LE(left.length * 4, 40)
  for (let index = 0; index < left.length; index++) {
    wav.writeInt16LE(samples[left[index] as number] as number, WAV_HEADER_BYTES + index * 4)
    wav.writeInt16LE(samples[right[index] as number] as number, WAV_HEADER_BYTES + index * 4 + 2)
  }
  return wav
}

/** Records both directions of one call, as they were on the line. */
export function createRecorder(encoding: AudioEncoding): Recorder {
  const isAudible = tableOf(encoding, (sample) => Math.abs(sample) > AUDIBLE_AMPLITUDE)
  const caller = createTrack()
  const agent = createTrack()
  let lastAgentSoundMs = 0

  const noteSound = (audio: Uint8Array) => {
    for (let index = audio.length - 1; index >= 0; index--) {
      if (!isAudible[audio[index] as number]) continue
      lastAgentSoundMs = (agent.view().length + index + 1) / BYTES_PER_MS
      return
    }
  }

  const recording: Recording = {
    encoding,
    get caller() {
      return Buffer.from(caller.view())
    },
    get agent() {
      return Buffer.from(agent.view())
    },
    get durationMs() {
      return agent.view().length / BYTES_PER_MS
    },
    writeWav: (path) => {
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(
        path,
        encodeWav(
          caller.view(),
          agent.view(),
          tableOf(encoding, (sample) => sample),
        ),
      )
    },
  }

  return {
    append: (callerAudio, agentAudio) => {
      noteSound(agentAudio)
      caller.append(callerAudio)
      agent.append(agentAudio)
    },
    findAgentSound: (fromMs, toMs = Number.POSITIVE_INFINITY) => {
      const audio = agent.view()
      const end = Math.min(audio.length, toMs * BYTES_PER_MS)
      for (let index = Math.max(0, Math.ceil(fromMs * BYTES_PER_MS)); index < end; index++) {
        if (isAudible[audio[index] as number]) return index / BYTES_PER_MS
      }
      return undefined
    },
    get lastAgentSoundMs() {
      return lastAgentSoundMs
    },
    get positionMs() {
      return agent.view().length / BYTES_PER_MS
    },
    recording,
  }
}

/** The end of the last audible sample of `audio`, in ms; 0 when all is silence. */
export function findSpeechEnd(audio: Uint8Array, encoding: AudioEncoding): number {
  const decode = encoding === 'mulaw' ? decodeMulaw : decodeAlaw
  for (let index = audio.length - 1; index >= 0; index--) {
    if (Math.abs(decode(audio[index] as number)) > AUDIBLE_AMPLITUDE) return (index + 1) / BYTES_PER_MS
  }
  return 0
}
