import { expect, it } from '@jest/globals'
import { createGoogleSimulator } from '../../simulators/google/index.ts'
import { describeListModels } from '../../simulators/llm-kit/testing/describe-list-models.ts'
import { llm } from './llm.ts'

const KEY = 'AQ.T3BlbkFJ-good'

describeListModels({
  llm,
  provider: 'google',
  key: KEY,
  otherModel: 'gemini-2.5-pro',
  create: (keys) => createGoogleSimulator({ keys }),
})

it('the models of a key stand with newer versions first', async () => {
  const simulator = await createGoogleSimulator({ keys: { [KEY]: {} } })
  try {
    const context = { credentials: { apiKey: KEY }, origins: { api: simulator.origin } }
    const models = await llm.listModels?.({ ...context, signal: new AbortController().signal })
    expect(models?.[0]?.id).toBe('gemini-3.8-flash')
    expect(models?.at(-1)?.id).toMatch(/^gemini-2\.5/)
  } finally {
    await simulator.close()
  }
})
