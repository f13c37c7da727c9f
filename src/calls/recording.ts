import { createWriteStream } from 'node:fs'
import { open } from 'node:fs/promises'
import type { AudioEncoding } from '../provider-kit/index.ts'
import { SILENCE_BYTE } from '../provider-kit/index.ts'
import type { CallRecorder } from './types.ts'
import { createWavHeader, WAV_HEADER_BYTES } from './wav-header.ts'

const SAMPLES_PER_SECOND = 8_000
/** The timeline is written this long after its time, because what the agent said is known as heard only later. */
const LATENESS_SAMPLES = 3 * SAMPLES_PER_SECOND
const WINDOW_SAMPLES = LATENESS_SAMPLES + 2 * SAMPLES_PER_SECOND
/** A time this near to where the channel's last frame ended is the same stretch of audio. */
const JOIN_SAMPLES = 0.06 * SAMPLES_PER_SECOND
/** A disk that falls this far behind costs the recording, not the process's memory. */
const MOST_UNWRITTEN_BYTES = 1024 * 1024

/**
 * Records a call as a dual-channel G.711 WAV file (channel 1 the caller, channel 2 the agent), written in blocks of a
 * second while the call goes on. `close` rejects when the file could not be written whole.
 * @param path file to create; its folder must exist
 * @param encoding the carrier's
 */
export function createCallRecorder({ path, encoding }: { path: string; encoding: AudioEncoding }): CallRecorder {
  const silence = SILENCE_BYTE[encoding]
  const window = Buffer.alloc(WINDOW_SAMPLES * 2, silence)
  const file = createWriteStream(path)
  const ends = [0, 0]
  let base = 0
  let latest = 0
  let failure: Error | undefined
  let closing: Promise<void> | undefined

  file.on('error', (error) => {
    failure ??= error
  })
  file.write(createWavHeader({ encoding, dataBytes: undefined }))

  /** Writes the oldest samples of the window and makes room at its end. */
  const advance = (samples: number) => {
    const block = Buffer.from(window.subarray(0, samples * 2))
    window.copyWithin(0, samples * 2)
    window.fill(silence, window.length - samples * 2)
    base += samples
    if (file.writableLength > MOST_UNWRITTEN_BYTES) failure ??= new Error('The disk is too slow for the recording')
    if (!failure) file.write(block)
  }

  const place = (channel: 0 | 1, payload: Uint8Array, atMs: number) => {
    if (closing || failure) return
    const at = Math.round((atMs * SAMPLES_PER_SECOND) / 1_000)
    const end = ends[channel] as number
    const start = Math.abs(at - end) <= JOIN_SAMPLES || at < end ? end : at
    const stop = start + payload.length
    while (stop - base > WINDOW_SAMPLES || latest - base >= LATENESS_SAMPLES + SAMPLES_PER_SECOND)
      advance(SAMPLES_PER_SECOND)
    for (let index = Math.max(0, base - start); index < payload.length; index++) {
      window[(start - base + index) * 2 + channel] = payload[index] as number
    }
    ends[channel] = stop
    latest = Math.max(latest, stop)
  }

  const finish = async () => {
    if (latest > base) advance(latest - base)
    await new Promise<void>((resolve) => {
      file.once('close', resolve)
      if (failure) file.destroy()
      else file.end()
    })
    if (failure) throw failure
    const handle = await open(path, 'r+')
    try {
      await handle.write(createWavHeader({ encoding, dataBytes: latest * 2 }), 0, WAV_HEADER_BYTES, 0)
    } finally {
      await handle.close()
    }
  }

  return {
    caller: (payload, atMs) => place(0, payload, atMs),
    agent: (payload, atMs) => place(1, payload, atMs),
    close() {
      closing ??= finish()
      return closing
    },
  }
}
