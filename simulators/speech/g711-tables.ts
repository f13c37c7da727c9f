import type { AudioEncoding } from '../../src/provider-kit/audio.ts'
import { decodeAlaw, decodeMulaw } from '../../src/provider-kit/audio.ts'

/** What one byte means: its sample and how loud that is. */
export type G711Tables = { samples: Int16Array; magnitudes: Int16Array }

/** Look-up tables of one law, since a recogniser reads every byte of every call. */
export function createG711Tables(encoding: AudioEncoding): G711Tables {
  const decode = encoding === 'mulaw' ? decodeMulaw : decodeAlaw
  const samples = Int16Array.from({ length: 256 }, (_, byte) => decode(byte))
  return { samples, magnitudes: samples.map((sample) => Math.min(32767, Math.abs(sample))) }
}
