import type { AgentTool, CallTool } from '../../calls/index.ts'
import type { BoundSearch } from '../bind-search.ts'
import type { CallActions } from '../call-actions.ts'
import { createEndCallTool } from './end-call-tool.ts'
import { createSendDigitsTool } from './send-digits-tool.ts'
import { createTransferTool } from './transfer-tool.ts'
import { createWebSearchTool } from './web-search-tool.ts'

export type CallToolsOptions = {
  /** As the agent's owner set them up. */
  tools: readonly AgentTool[]
  actions: CallActions
  /** Where the agent may search the web. */
  search?: BoundSearch
  /** BCP 47, of the conversation. */
  language?: string
}

/** The tools of an agent, bound to one live call. */
export const createCallTools = ({ tools, actions, search, language }: CallToolsOptions): CallTool[] =>
  tools.flatMap((tool): CallTool[] => {
    if (tool.type === 'end-call') return [createEndCallTool({ when: tool.when, actions })]
    if (tool.type === 'transfer-call') return [createTransferTool({ destinations: tool.destinations, actions })]
    if (tool.type === 'send-digits') return [createSendDigitsTool({ actions })]
    return search ? [createWebSearchTool({ search, language })] : []
  })
