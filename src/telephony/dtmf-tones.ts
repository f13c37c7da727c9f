import { BYTES_PER_MS, encodeAlaw, encodeMulaw, SILENCE_BYTE } from '../provider-kit/index.ts'
import type { AudioEncoding } from '../provider-kit/index.ts'

const SAMPLE_RATE = 8000
/** Longer than the 40 ms by which ITU-T Q.24 wants a tone, and the pause after it, to be recognised. */
const TONE_MS = 100
const PAUSE_MS = 100
/** Peak of each of the two tones as a share of full scale: about -9 dBm0 each, within the levels of ITU-T Q.24. */
const AMPLITUDE = 0.25

const ROWS = [697, 770, 852, 941]
const COLUMNS = [1209, 1336, 1477, 1633]
const KEYS = ['123A', '456B', '789C', '*0#D']

/** Whether a text is keys of a telephone, 1 to 32 of them. */
export const isDigits = (text: string): boolean => /^[0-9A-D*#]{1,32}$/.test(text)

/**
 * The tones of keys, as a telephone sends them: 100 ms each and 100 ms of silence after it.
 * @param options.digits `0-9 A-D * #`
 * @returns 8 kHz G.711, headerless, 1,600 bytes a key
 * @throws RangeError for what is no key
 * Source: ITU-T Q.23 (frequencies) and Q.24 (durations, levels), https://www.itu.int/rec/T-REC-Q.23
 */
export function createDtmfTones({ digits, encoding }: { digits: string; encoding: AudioEncoding }): Uint8Array {
  if (!isDigits(digits)) throw new RangeError('Only the keys of a telephone have tones: 0-9, A-D, * and #.')
  const bytesPerKey = (TONE_MS + PAUSE_MS) * BYTES_PER_MS
  const audio = Buffer.alloc(digits.length * bytesPerKey, SILENCE_BYTE[encoding])
  for (const [index, digit] of [...digits].entries()) audio.set(createTone(digit, encoding), index * bytesPerKey)
  return audio
}

function createTone(digit: string, encoding: AudioEncoding): Uint8Array {
  const row = KEYS.findIndex((keys) => keys.includes(digit))
  const low = ROWS[row] ?? 0
  const high = COLUMNS[KEYS[row]?.indexOf(digit) ?? 0] ?? 0
  const encode = encoding === 'mulaw' ? encodeMulaw : encodeAlaw
  return Uint8Array.from({ length: TONE_MS * BYTES_PER_MS }, (_, at) => {
    const angle = (2 * Math.PI * at) / SAMPLE_RATE
    return encode(Math.round(32_767 * AMPLITUDE * (Math.sin(angle * low) + Math.sin(angle * high))))
  })
}
