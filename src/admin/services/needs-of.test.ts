import { describe, expect, it } from '@jest/globals'
import { needsOf } from './needs-of.ts'

const names = { deepgram: 'Deepgram', soniox: 'Soniox', elevenlabs: 'ElevenLabs' }
const open = { isMet: false, blocked: [] }

describe('the rows of a service', () => {
  it('should name what is enough, with a way to each', () => {
    expect(needsOf({ names, needs: [{ requirement: 'stt', anyOf: ['deepgram', 'soniox'], ...open }] })).toEqual([
      {
        requirement: 'stt',
        title: 'Speech to text',
        isMet: false,
        texts: ['Needs a key of Deepgram or Soniox.'],
        fixes: [
          { provider: 'deepgram', label: 'Add Deepgram' },
          { provider: 'soniox', label: 'Add Soniox' },
        ],
      },
    ])
  })

  it.each([
    ['rejected', /no longer accepts/, 'Replace ElevenLabs'],
    ['undecryptable', /cannot be read/, 'Enter again: ElevenLabs'],
    ['out-of-credit', /out of credit/, 'Test ElevenLabs'],
    ['no-permission', /lacks the permission/, 'Test ElevenLabs'],
  ] as const)('should tell what mends a key that is %s', (reason, text, label) => {
    const blocked = [{ provider: 'elevenlabs', reason }]
    const [row] = needsOf({ names, needs: [{ requirement: 'tts', anyOf: ['elevenlabs'], isMet: false, blocked }] })
    expect(row?.texts).toEqual([expect.stringMatching(text)])
    expect(row?.fixes).toEqual([{ provider: 'elevenlabs', label }])
  })

  it('should not list everything, and not nothing', () => {
    const [any] = needsOf({ names, needs: [{ requirement: 'any', anyOf: ['a', 'b', 'c', 'd', 'e'], ...open }] })
    expect(any).toMatchObject({ title: 'Any key', texts: ['One key of any provider is enough.'], fixes: [] })
    const [many] = needsOf({ names: {}, needs: [{ requirement: 'llm', anyOf: ['a', 'b', 'c', 'd', 'e'], ...open }] })
    expect(many?.texts).toEqual(['Needs a key of a, b, c, or 2 more.'])
    expect(many?.fixes).toHaveLength(4)
    const [none] = needsOf({ names, needs: [{ requirement: 'maps-search', anyOf: [], ...open }] })
    expect(none).toMatchObject({ texts: [expect.stringMatching(/No provider .* installed/)], fixes: [] })
    const [met] = needsOf({ names, needs: [{ requirement: 'llm', anyOf: ['x'], isMet: true, blocked: [] }] })
    expect(met).toMatchObject({ isMet: true, texts: ['Ready'], fixes: [] })
  })
})
