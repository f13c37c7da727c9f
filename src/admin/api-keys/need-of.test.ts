import { describe, expect, it } from '@jest/globals'
import { needOf, switchedOn } from './need-of.ts'
import type { KeyDoc, ProviderInfo, ServiceState, Workplace } from './types.ts'

const provider = (id: string, name: string, capabilities: string[], requiredFor: string[]) =>
  ({ id, name, capabilities, kinds: capabilities, requiredFor }) as unknown as ProviderInfo

const deepgram = provider('deepgram', 'Deepgram', ['stt'], ['ai-calling'])
const soniox = provider('soniox', 'Soniox', ['stt'], ['ai-calling'])
const openai = provider('openai', 'OpenAI', ['llm'], ['ai-calling', 'email-agents'])
const serpapi = provider('serpapi', 'SerpAPI', ['maps-search'], ['data-scraper'])
const providers = [deepgram, soniox, openai, serpapi]

const service = (id: string, name: string, requires: string[]) =>
  ({ id, name, requires, ready: false, missing: [], blocked: [], setupUrl: '' }) as unknown as ServiceState
const services = [
  service('ai-calling', 'AI calling', ['stt', 'llm']),
  service('email-agents', 'E-mail agents', ['llm']),
  service('data-scraper', 'Data scraper', ['maps-search']),
]

const EMPTY: Workplace = { agents: [], numbers: [] }
const agent = (name: string, kind: string, uses: string[]) => ({
  id: 1,
  name,
  kind,
  isPublished: true,
  providers: uses,
})
const needFor = (one: ProviderInfo, workplace = EMPTY, keys: KeyDoc[] = []) =>
  needOf({ provider: one, providers, keys, services, workplace })

describe('what a key is to a workspace', () => {
  it('should be required where nobody else does what calls need, before anything is built', () => {
    expect(needFor(openai)).toEqual({ level: 'required', label: 'Required', text: 'for AI calling' })
  })

  it('should be a choice where several can and none does', () => {
    expect(needFor(deepgram)).toEqual({
      level: 'choice',
      label: 'One is needed',
      text: 'Speech to text: this or Soniox',
    })
  })

  it('should be optional where another one does it already', () => {
    const keys = [{ provider: 'soniox', isActive: true }] as KeyDoc[]
    expect(needFor(deepgram, EMPTY, keys)).toMatchObject({ level: 'optional', text: 'Soniox does it already' })
    const both = [...keys, { provider: 'deepgram', isActive: true }] as KeyDoc[]
    expect(needFor(deepgram, EMPTY, both)).toMatchObject({ level: 'optional', text: 'Soniox can do it too' })
    const dead = [{ provider: 'soniox', isActive: false }] as KeyDoc[]
    expect(needFor(deepgram, EMPTY, dead).level).toBe('choice')
  })

  it('should be required by the agents and numbers that name it, whatever other keys there are', () => {
    const keys = [{ provider: 'soniox', isActive: true }] as KeyDoc[]
    const workplace = {
      agents: [agent('Front desk', 'voice', ['deepgram'])],
      numbers: [{ id: 1, number: '+14155550123', provider: 'deepgram', hasAgent: true }],
    }
    expect(needFor(deepgram, workplace, keys)).toMatchObject({
      level: 'required',
      text: 'by Front desk and +14155550123',
    })
    const many = { agents: ['A', 'B', 'C'].map((name) => agent(name, 'voice', ['deepgram'])), numbers: [] }
    expect(needFor(deepgram, many).text).toBe('by 3 agents')
  })

  it('should be optional for services that nobody has begun to use', () => {
    expect(needFor(serpapi)).toEqual({ level: 'optional', label: 'Optional', text: 'for Data scraper' })
  })

  it('should follow from what was built: mail alone needs no ears', () => {
    const workplace = { agents: [agent('Answers', 'email', [])], numbers: [] }
    expect([...switchedOn(workplace)]).toEqual(['email-agents'])
    expect(needFor(deepgram, workplace)).toMatchObject({ level: 'optional', text: 'for AI calling' })
    expect(needFor(openai, workplace)).toMatchObject({ level: 'required', text: 'for E-mail agents' })
  })
})
