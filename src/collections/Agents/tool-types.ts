/** What an agent can do in a call beside talking. */
export const TOOL_TYPES = ['end-call', 'transfer-call', 'send-digits', 'web-search'] as const
export type ToolType = (typeof TOOL_TYPES)[number]

const NAMES: Record<ToolType, string> = {
  'end-call': 'End the call',
  'transfer-call': 'Transfer the call',
  'send-digits': 'Press keys',
  'web-search': 'Search the web',
}

/** A tool's name as people read it. */
export const toolNameOf = (type: ToolType): string => NAMES[type]
