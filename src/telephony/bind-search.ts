import type { AgentSnapshot } from '../calls/index.ts'
import { createScrubber, scrubTexts } from '../collections/ProviderKeys/scrub.ts'
import { isProviderError } from '../provider-kit/index.ts'
import type { ProviderContext, WebResult, WebSearchCapability } from '../provider-kit/index.ts'
import type { KeyUse } from './key-use.ts'

/** A search of the web with one tenant's key. */
export type BoundSearch = {
  provider: string
  /** @throws ProviderError */
  search(request: {
    query: string
    limit: number
    language?: string
    signal: AbortSignal
  }): Promise<readonly WebResult[]>
}

/** The provider whose search an agent uses. */
export const searchProviderOf = ({ tools = [] }: Pick<AgentSnapshot, 'tools'>): string | undefined =>
  tools.flatMap((tool) => (tool.type === 'web-search' ? [tool.provider] : []))[0]

/** The providers without whose keys an agent cannot take a call. */
export const providersOf = (agent: AgentSnapshot) => ({
  stt: agent.stt.provider,
  llm: agent.llm.provider,
  tts: agent.tts.provider,
  'web-search': searchProviderOf(agent),
})

type BindOptions = { provider: string; webSearch: WebSearchCapability; context: ProviderContext; use: KeyUse }

/** Binds a search to a key, and watches how the key does. A key that the provider repeats goes into no prompt. */
export const bindSearch = ({ provider, webSearch, context, use }: BindOptions): BoundSearch => ({
  provider,
  async search({ signal, ...request }) {
    const askedAt = Date.now()
    try {
      const { results } = await webSearch.search({ ...context, signal }, request)
      use.worked(askedAt)
      return scrubTexts(results, createScrubber(Object.values(context.credentials)))
    } catch (error) {
      if (isProviderError(error) && !signal.aborted) use.failed(error.kind, askedAt)
      throw error
    }
  },
})
