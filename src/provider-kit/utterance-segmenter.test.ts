import { describe, expect, it } from '@jest/globals'
import { listUtterances, loadUtterance } from '../../simulators/speech/index.ts'
import { encodeAlaw, encodeMulaw, SILENCE_BYTE } from './audio.ts'
import type { AudioEncoding } from './audio.ts'
import { createUtteranceSegmenter } from './utterance-segmenter.ts'
import type { UtteranceEvent, UtteranceSegmenterOptions } from './utterance-segmenter.ts'

const silence = (ms: number, encoding: AudioEncoding = 'mulaw') => Buffer.alloc(ms * 8, SILENCE_BYTE[encoding])

/** Noise of a mean magnitude, the same in every run. */
const hiss = (ms: number, level: number, encoding: AudioEncoding = 'mulaw') => {
  let state = 1
  return Buffer.from(
    Array.from({ length: ms * 8 }, () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0
      const sample = Math.round(((state >>> 16) / 32768 - 1) * 2 * level)
      return encoding === 'mulaw' ? encodeMulaw(sample) : encodeAlaw(sample)
    }),
  )
}

type HearOptions = Partial<UtteranceSegmenterOptions> & { pieceBytes?: number }

const hear = (audio: Buffer, { encoding = 'mulaw', pieceBytes = 160, ...options }: HearOptions = {}) => {
  const events: UtteranceEvent[] = []
  const segmenter = createUtteranceSegmenter({ ...options, encoding, onEvent: (event) => events.push(event) })
  for (let at = 0; at < audio.length; at += pieceBytes) segmenter.write(audio.subarray(at, at + pieceBytes))
  segmenter.flush()
  const utterances: Buffer[] = []
  for (const event of events) {
    if (event.type === 'started') utterances.push(Buffer.from(event.audio))
    else if (event.type === 'audio') {
      utterances.push(Buffer.concat([utterances.pop() as Buffer, event.audio]))
    }
  }
  return { events, utterances, types: events.map(({ type }) => type) }
}

const spoken = listUtterances().filter(({ text, segments }) => text && !segments)

describe('finding utterances in a telephone line', () => {
  it.each(['mulaw', 'alaw'] as const)('should find every recorded utterance whole, in %s', (encoding) => {
    for (const { id } of spoken) {
      const speech = loadUtterance(id, encoding)
      const audio = Buffer.concat([silence(400, encoding), speech, silence(900, encoding)])
      const { utterances } = hear(audio, { encoding, endSilenceMs: 700 })
      expect(utterances).toHaveLength(1)
      const from = audio.indexOf(utterances[0] as Buffer)
      expect(from).toBeGreaterThanOrEqual(0)
      // From before its first sound until after its last.
      expect(from).toBeLessThanOrEqual(400 * 8)
      expect(from + (utterances[0] as Buffer).length).toBeGreaterThanOrEqual(400 * 8 + speech.length - 300 * 8)
    }
  })

  it('should tell two utterances apart, wherever the audio is cut', () => {
    const audio = Buffer.concat([
      silence(300),
      loadUtterance('hello', 'mulaw'),
      silence(1000),
      loadUtterance('stop', 'mulaw'),
      silence(1000),
    ])
    const one = hear(audio)
    expect(one.types.filter((type) => type !== 'audio')).toEqual(['started', 'ended', 'started', 'ended'])
    expect(hear(audio, { pieceBytes: 77 }).utterances).toEqual(one.utterances)
    expect(hear(audio, { pieceBytes: 4000 }).utterances).toEqual(one.utterances)
  })

  it('should hear nothing in silence, in the hiss of a line, and in a click', () => {
    expect(hear(silence(3000)).events).toEqual([])
    expect(hear(hiss(3000, 120)).events).toEqual([])
    expect(hear(Buffer.concat([silence(500), hiss(40, 9000), silence(500)])).events).toEqual([])
  })

  it('should get used to a louder line within seconds, and still hear speech over it', () => {
    const loudLine = hiss(12_000, 260)
    const { utterances } = hear(Buffer.concat([loudLine, loadUtterance('book-table', 'mulaw'), hiss(1500, 260)]))
    expect(utterances.length).toBeGreaterThanOrEqual(1)
    const last = utterances.at(-1) as Buffer
    expect(last.indexOf(loadUtterance('book-table', 'mulaw').subarray(4000, 6000))).toBeGreaterThanOrEqual(0)
    const { events } = hear(Buffer.concat([loudLine, loudLine]))
    const ends = events.filter(({ type }) => type === 'ended').length
    expect(ends).toBeLessThanOrEqual(1)
  })

  it('should cut speech that does not end, and end what is in hand when it is flushed', () => {
    const { events, types } = hear(Buffer.concat([silence(400), hiss(5000, 6000)]), { longestMs: 2000 })
    expect(types.filter((type) => type === 'ended')).toHaveLength(3)
    expect(events.find(({ type }) => type === 'ended')).toEqual({ type: 'ended', audioMs: 2000 })
  })
})
