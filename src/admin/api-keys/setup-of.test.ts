import { describe, expect, it } from '@jest/globals'
import { setupPartsOf, setupSentence } from './setup-of.ts'
import type { KeyDoc, ProviderInfo, ServiceState } from './types.ts'

const providers = [
  { id: 'deepgram', name: 'Deepgram', kinds: ['stt'], capabilities: ['stt'] },
  { id: 'soniox', name: 'Soniox', kinds: ['stt'], capabilities: ['stt'] },
  { id: 'openai', name: 'OpenAI', kinds: ['llm', 'tts'], capabilities: ['llm', 'tts'] },
] as unknown as ProviderInfo[]
const service = (blocked: ServiceState['blocked'] = []) =>
  ({ id: 'ai-calling', requires: ['stt', 'llm', 'tts', 'telephony'], blocked }) as unknown as ServiceState
const key = (provider: string, capabilities = {}) => ({ provider, capabilities }) as KeyDoc
const partsOf = (keys: KeyDoc[], blocked?: ServiceState['blocked']) =>
  setupPartsOf({ service: service(blocked), providers, keys })

describe('how far a workspace is', () => {
  it('should name who serves, what to add, and where nobody can', () => {
    expect(partsOf([key('openai')])).toEqual([
      { requirement: 'stt', isDone: false, text: 'Add Deepgram or Soniox', provider: 'deepgram' },
      { requirement: 'llm', isDone: true, text: 'OpenAI', provider: 'openai' },
      { requirement: 'tts', isDone: true, text: 'OpenAI', provider: 'openai' },
      { requirement: 'telephony', isDone: false, text: 'No provider is installed', provider: undefined },
    ])
  })

  it('should name first who is meant for it', () => {
    const elevenlabs = { id: 'elevenlabs', name: 'ElevenLabs', kinds: ['tts'], capabilities: ['tts'] }
    const all = [...providers, elevenlabs as unknown as ProviderInfo]
    const voiceOf = (keys: KeyDoc[]) => setupPartsOf({ service: service(), providers: all, keys })[2]
    expect(voiceOf([])).toMatchObject({ text: 'Add ElevenLabs or OpenAI', provider: 'elevenlabs' })
    expect(voiceOf([key('openai'), key('elevenlabs')])).toMatchObject({ text: 'ElevenLabs', isDone: true })
  })

  it('should say why a key does not serve, and take another that does', () => {
    const [first] = partsOf([key('deepgram')], [{ provider: 'deepgram', reason: 'rejected' }])
    expect(first).toMatchObject({ isDone: false, text: 'Deepgram: key rejected' })
    const [other] = partsOf([key('deepgram'), key('soniox')], [{ provider: 'deepgram', reason: 'rejected' }])
    expect(other).toMatchObject({ isDone: true, text: 'Soniox' })
  })

  it('should let a limited key serve where its missing permission is not asked for', () => {
    const limited = key('openai', { llm: true, tts: false })
    const parts = partsOf([limited], [{ provider: 'openai', reason: 'no-permission' }])
    expect(parts.map(({ isDone }) => isDone)).toEqual([false, true, false, false])
  })

  it('should say in a sentence when a call can be taken', () => {
    const open = [{ requirement: 'stt', isDone: false, text: '' }]
    const done = [{ requirement: 'stt', isDone: true, text: '' }]
    const agents = [{ id: 1, name: 'Front desk', kind: 'voice', isPublished: true, providers: [] }]
    const numbers = [{ id: 1, number: '+1', provider: 'telnyx', hasAgent: true }]
    const say = (parts: typeof open, workplace = { agents, numbers }) =>
      setupSentence({ parts, workplace, providers, keys: [] })
    expect(say(open)).toBe('You can take a call when speech to text works.')
    expect(say(done)).toBe('You are ready to take calls.')
    expect(say(done, { agents: [], numbers })).toContain('To take a call, publish an agent.')
  })

  it('should not call an agent ready whose own provider has no key', () => {
    const parts = [{ requirement: 'stt', isDone: true, text: '' }]
    const agent = { id: 1, name: 'Front desk', kind: 'voice', isPublished: true, providers: ['deepgram', 'openai'] }
    const numbers = [{ id: 1, number: '+1', provider: 'telnyx', hasAgent: true }]
    const say = (keys: KeyDoc[], agents = [agent]) =>
      setupSentence({ parts, workplace: { agents, numbers }, providers, keys })
    expect(say([key('openai'), key('soniox')])).toBe('Front desk can take a call when it has a key of Deepgram.')
    expect(say([])).toContain('a key of Deepgram and OpenAI.')
    expect(say([key('openai'), key('deepgram')])).toBe('You are ready to take calls.')
    expect(say([key('openai')], [agent, { ...agent, providers: ['openai'] }])).toBe('You are ready to take calls.')
  })
})
