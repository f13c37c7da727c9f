import { createOpenAiSimulator } from '../openai/index.ts'
import type { OpenAiSimulator, OpenAiSimulatorOptions } from '../openai/index.ts'

export type CompatibleSimulatorOptions = Pick<
  OpenAiSimulatorOptions,
  'models' | 'latencies' | 'script' | 'port' | 'voices'
> & {
  /** What the server was started with; without any key everybody may use it. */
  apiKey?: string
  /** As many keys as a server before several tenants has. */
  apiKeys?: readonly string[]
}

export type CompatibleSimulator = OpenAiSimulator & {
  /** What people enter as the address. */
  baseUrl: string
}

/**
 * A self-hosted server with OpenAI's API, such as vLLM with Kokoro and Whisper beside it: one model for each use, and
 * as strict as OpenAI about what it knows.
 */
export async function createOpenAiCompatibleSimulator({
  apiKey,
  apiKeys = apiKey === undefined ? [] : [apiKey],
  models = ['qwen3-8b-instruct', 'kokoro-tts', 'whisper-large-v3'],
  voices = ['alloy', 'nova'],
  ...options
}: CompatibleSimulatorOptions = {}): Promise<CompatibleSimulator> {
  const keys = Object.fromEntries(apiKeys.map((key) => [key, {}]))
  const anonymous = apiKeys.length === 0 ? {} : undefined
  const simulator = await createOpenAiSimulator({ ...options, keys, anonymous, models, voices })
  return { ...simulator, baseUrl: `${simulator.origin}/v1` }
}
