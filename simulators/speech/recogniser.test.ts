import { describe, expect, it } from '@jest/globals'
import type { AudioEncoding } from '../../src/provider-kit/audio.ts'
import { decodeMulaw, encodeMulaw, FRAME_BYTES, SILENCE_BYTE } from '../../src/provider-kit/audio.ts'
import { UNINTELLIGIBLE } from './decoder.ts'
import { createSpeechLibrary, listUtterances, loadUtterance } from './library.ts'
import type { RecogniserEvent } from './recogniser.ts'
import { createSpeechRecogniser } from './recogniser.ts'

const library = createSpeechLibrary()
const utterances = listUtterances()
const spoken = utterances.filter((utterance) => utterance.text !== '')

/** Repeatable random numbers from 0 to 1, so that a failure comes back. */
function createRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1103515245 + 12345) % 2147483648
    return state / 2147483648
  }
}

const silence = (ms: number, encoding: AudioEncoding = 'mulaw') =>
  Buffer.alloc(Math.round(ms * 8), SILENCE_BYTE[encoding])

/** The utterance after `leadMs` of silence, which need not be whole frames, and half a second after it. */
const say = (id: string, leadMs: number, encoding: AudioEncoding = 'mulaw') =>
  Buffer.concat([silence(leadMs, encoding), loadUtterance(id, encoding), silence(500, encoding)])

const framesOf = (audio: Buffer) =>
  Array.from({ length: Math.floor(audio.length / FRAME_BYTES) }, (_, index) =>
    audio.subarray(index * FRAME_BYTES, (index + 1) * FRAME_BYTES),
  )

function hear(audio: Uint8Array, options: { encoding?: AudioEncoding; chunkBytes?: number; endpointMs?: number } = {}) {
  const { encoding = 'mulaw', chunkBytes = FRAME_BYTES, endpointMs } = options
  const events: RecogniserEvent[] = []
  const recogniser = createSpeechRecogniser({ encoding, library, endpointMs, onEvent: (event) => events.push(event) })
  for (let at = 0; at < audio.length; at += chunkBytes) recogniser.write(audio.subarray(at, at + chunkBytes))
  recogniser.flush()
  return events
}

const textOf = (event: RecogniserEvent) => ('words' in event ? event.words.map((word) => word.text).join(' ') : '')
const finalsOf = (events: RecogniserEvent[]) => events.filter((event) => event.type === 'final').map(textOf)
const heardText = (...args: Parameters<typeof hear>) =>
  finalsOf(hear(...args))
    .filter(Boolean)
    .join(' ')

describe('the recorded utterances', () => {
  it('are about two dozen, with two hesitations and a noise', () => {
    expect(spoken.length).toBeGreaterThanOrEqual(24)
    const pauses = utterances.flatMap(({ segments }) => (segments ? [segments] : []))
    expect(pauses).toHaveLength(2)
    for (const [first, second] of pauses) {
      const pause = (second?.startMs ?? 0) - (first?.endMs ?? 0)
      expect(pause).toBeGreaterThanOrEqual(600)
      expect(pause).toBeLessThanOrEqual(900)
    }
    expect(utterances.filter((utterance) => utterance.text === '')).toHaveLength(1)
  })

  it('refuse to load what is not there', () => {
    expect(() => loadUtterance('nonsense', 'mulaw')).toThrow('There is no utterance nonsense.')
  })
})

describe('createSpeechRecogniser', () => {
  it.each(utterances.map(({ id, text }) => [id, text] as const))(
    'hears %s through noise, wherever it begins',
    (id, text) => {
      const random = createRandom(7)
      for (let round = 0; round < 8; round++) {
        const noisy = say(id, random() * 900).map((byte) =>
          encodeMulaw(Math.round(decodeMulaw(byte) + (random() - 0.5) * 120)),
        )
        expect(heardText(noisy, { chunkBytes: 1 + Math.floor(random() * 400) })).toBe(text)
      }
    },
  )

  it.each(spoken.map(({ id, text }) => [id, text] as const))('hears %s in A-law too', (id, text) => {
    expect(heardText(say(id, 333, 'alaw'), { encoding: 'alaw' })).toBe(text)
  })

  it.each(spoken.map(({ id, text }) => [id, text] as const))('never hears %s in the wrong law', (id, text) => {
    expect(heardText(say(id, 333), { encoding: 'alaw' })).not.toContain(text)
    expect(heardText(say(id, 333, 'alaw'), { encoding: 'mulaw' })).not.toContain(text)
  })

  const breakages: [string, (frames: Buffer[], phase: number) => Buffer[]][] = [
    ['a tenth of its frames dropped', (frames, phase) => frames.filter((_, index) => index % 10 !== phase)],
    [
      'a tenth of its frames silenced',
      (frames, phase) => frames.map((frame, index) => (index % 10 === phase ? silence(20) : frame)),
    ],
    [
      'neighbouring frames swapped',
      (frames, phase) =>
        frames.map((frame, index) => {
          if (index % 8 === phase % 8) return frames[index + 1] ?? frame
          return index % 8 === (phase + 1) % 8 ? (frames[index - 1] ?? frame) : frame
        }),
    ],
  ]
  it.each(breakages)('never hears the right text with %s', (_name, damage) => {
    const random = createRandom(11)
    for (const { id, text } of spoken) {
      for (let phase = 0; phase < 10; phase++) {
        // The damage begins with the speech, so that none of it is spent on the silence around.
        const speech = damage(framesOf(say(id, random() * 20)), phase)
        const heard = heardText(Buffer.concat([silence(200), ...speech]))
        expect(heard).not.toContain(text)
      }
    }
  })

  it('marks only the words that were damaged', () => {
    const frames = framesOf(say('phone-number', 0))
    const gap = 70
    frames[gap] = silence(20)
    const heard = heardText(Buffer.concat([silence(200), ...frames]))
    expect(heard).toMatch(/^My number is/)
    expect(heard).toContain(UNINTELLIGIBLE)
    expect(heard).toMatch(/four two\.$/)
  })

  it('hears nothing in silence and in a click', () => {
    const click = Buffer.concat([silence(1000), Buffer.alloc(80, 0x80), silence(1000)])
    expect(hear(silence(5000))).toEqual([])
    expect(hear(click)).toEqual([])
  })

  it('hears unknown speech as unintelligible', () => {
    const backwards = Buffer.from(loadUtterance('phone-number', 'mulaw').reverse())
    expect(heardText(Buffer.concat([silence(300), backwards, silence(500)]))).toBe(UNINTELLIGIBLE)
  })

  it('tells a noise’s beginning and end without words', () => {
    const events = hear(say('cough', 400))
    expect(events.map((event) => event.type)).toEqual(['speech-started', 'final'])
    expect(finalsOf(events)).toEqual([''])
  })

  it('follows with interims that grow into the final', () => {
    const events = hear(say('book-table', 400))
    expect(events[0]).toEqual({ type: 'speech-started', atMs: 400 })
    const interims = events.filter((event) => event.type === 'interim').map(textOf)
    const [final] = finalsOf(events)
    expect(interims.length).toBeGreaterThan(4)
    for (const [index, interim] of interims.entries()) {
      expect(final?.startsWith(interim)).toBe(true)
      expect(interim.length).toBeGreaterThan(interims[index - 1]?.length ?? 0)
    }
  })

  it('splits a hesitation where the endpointer is impatient and says that more is to come', () => {
    const finals = hear(say('hesitate-order', 100)).filter((event) => event.type === 'final')
    expect(finals.map((event) => [textOf(event), event.isContinued])).toEqual([
      ['My order number is', true],
      ['four two seven nine.', false],
    ])
    const [patient] = hear(say('hesitate-order', 100), { endpointMs: 1000 }).filter((event) => event.type === 'final')
    expect([patient && textOf(patient), patient?.isContinued]).toEqual([
      'My order number is four two seven nine.',
      false,
    ])
  })

  it('places speech and words in the time of the stream', () => {
    const finals = hear(Buffer.concat([say('hello', 1003), say('goodbye', 0)])).filter(
      (event) => event.type === 'final',
    )
    const [hello, goodbye] = finals
    expect(hello?.startMs).toBeGreaterThanOrEqual(1000)
    expect(hello?.startMs).toBeLessThanOrEqual(1060)
    expect(hello?.words[0]?.startMs).toBe(1003)
    expect(Math.abs((hello?.endMs ?? 0) - 1423)).toBeLessThanOrEqual(40)
    expect(Math.abs((goodbye?.words[0]?.startMs ?? 0) - 1923)).toBeLessThanOrEqual(2)
  })

  it('ends speech that never pauses', () => {
    const endless = Buffer.concat(Array.from({ length: 14 }, () => loadUtterance('book-table', 'mulaw')))
    const events = hear(endless)
    expect(events.filter((event) => event.type === 'final').length).toBeGreaterThanOrEqual(2)
  })
})
