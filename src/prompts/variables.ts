/** A variable as people see it in menus and in the agent's list. */
export type PromptVariable = { name: string; description: string }

/** What a variable may be called: it must survive Markdown, so no spaces and no leading underscore. */
export const VARIABLE_NAME = /^[a-zA-Z][a-zA-Z0-9_]*$/

/** A variable in text, `{{name}}`; the name is the first group. For one match, without state. */
export const VARIABLE_PATTERN = /\{\{[ \t]*([a-zA-Z][a-zA-Z0-9_]*)[ \t]*\}\}/

/** Anything between double braces, good name or not, so that a misspelt variable is found and not spoken. */
const BRACED_PATTERN = /\{\{[ \t]*([^{}\n]*?)[ \t]*\}\}/g

/** The variables that every call fills by itself. */
export const BUILT_IN_VARIABLES = [
  { name: 'caller_number', description: 'Number of the caller, +15551234567' },
  { name: 'called_number', description: 'Number that was called' },
  { name: 'call_direction', description: 'inbound or outbound' },
  { name: 'agent_name', description: 'Name of this agent' },
  { name: 'tenant_name', description: 'Name of your workspace' },
  { name: 'current_date', description: 'Date when the call began, Monday, 2 March 2026' },
  { name: 'current_time', description: 'Time when the call began, 14:05' },
] as const satisfies readonly PromptVariable[]

export type BuiltInVariable = (typeof BUILT_IN_VARIABLES)[number]['name']

export const isBuiltInVariable = (name: string): name is BuiltInVariable =>
  BUILT_IN_VARIABLES.some((variable) => variable.name === name)

/** Writes a variable the way it stands in Markdown. */
export const formatVariable = (name: string): string => `{{${name}}}`

/** Names between double braces in a text, in order of appearance, each once. Names that no variable can have included. */
export const findVariables = (text: string): string[] => [
  ...new Set(Array.from(text.matchAll(BRACED_PATTERN), ([, name = '']) => name)),
]

/** Fills in `{{name}}`; what has no value becomes nothing. Values are taken as they are and not searched again. */
export const fillVariables = (text: string, values: Readonly<Record<string, string>>): string =>
  text.replace(BRACED_PATTERN, (_match, name: string) => (Object.hasOwn(values, name) ? (values[name] ?? '') : ''))
