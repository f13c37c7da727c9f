import { describe, expect, it } from '@jest/globals'
import { providers } from '../../../plugins/index.ts'
import { createRegistry } from '../../registry/index.ts'
import {
  coverCandidates,
  createFullRegistry,
  listCandidates,
  listCombinations,
  OFF_BY_DEFAULT,
} from './combinations.ts'
import { openMatrixWorld } from './open-matrix-world.ts'

const CANDIDATES = { stt: ['a', 'b'], llm: ['c', 'd', 'e'], tts: ['f'] }

describe('the combinations of providers', () => {
  it('should be each choice of three once', () => {
    const all = listCombinations(CANDIDATES)
    expect(all).toHaveLength(6)
    expect(new Set(all.map((combination) => JSON.stringify(combination))).size).toBe(6)
  })

  it('should be covered by as many as the longest list has', () => {
    expect(coverCandidates(CANDIDATES)).toEqual([
      { stt: 'a', llm: 'c', tts: 'f' },
      { stt: 'b', llm: 'd', tts: 'f' },
      { stt: 'a', llm: 'e', tts: 'f' },
    ])
  })

  it('should count providers in that are off by default', () => {
    expect(OFF_BY_DEFAULT).toContain('hume')
    expect(listCandidates(createFullRegistry()).tts).toEqual(expect.arrayContaining([...OFF_BY_DEFAULT]))
  })

  it('should not be tried in silence without a provider that has no simulator', async () => {
    const [first] = providers
    if (!first) throw new Error('There is no provider.')
    const registry = createRegistry({
      providers: [...providers, { ...first, id: 'newcomer' }],
      enabled: OFF_BY_DEFAULT,
    })
    await expect(openMatrixWorld({ registry, tenants: 1 })).rejects.toThrow(
      'No call can be tried with the provider newcomer: add its simulator',
    )
  })
})
