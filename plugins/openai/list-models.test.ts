import { expect, it } from '@jest/globals'
import { createOpenAiSimulator } from '../../simulators/openai/index.ts'
import { describeListModels } from '../../simulators/llm-kit/testing/describe-list-models.ts'
import { isChatModel } from './list-models.ts'
import { llm } from './llm.ts'

describeListModels({
  llm,
  provider: 'openai',
  key: 'sk-proj-T3BlbkFJ-good',
  otherModel: 'gpt-4o',
  create: (keys) => createOpenAiSimulator({ keys }),
})

it.each([
  ['gpt-4.1-mini', true],
  ['gpt-5.1-2025-11-13', true],
  ['o4-mini', true],
  ['chatgpt-4o-latest', true],
  ['ft:gpt-4.1-mini:audio-shop:search:abc', true],
  ['gpt-4o-transcribe', false],
  ['gpt-4o-mini-tts', false],
  ['gpt-realtime-2', false],
  ['gpt-audio', false],
  ['gpt-image-2', false],
  ['gpt-5-pro', false],
  ['gpt-5-codex', false],
  ['whisper-1', false],
  ['text-embedding-3-small', false],
])('of %s it is known whether it converses: %s', (id, converses) => {
  expect(isChatModel(id)).toBe(converses)
})
