import { fillVariables } from './variables.ts'

export type AgentVariable = { name?: string | null; default?: string | null }

type RenderPromptOptions = {
  /** Markdown with `{{name}}` where values go. */
  markdown: string
  /** Variable name to value. */
  variables: Readonly<Record<string, string>>
}

/**
 * The text that a language model gets, or that is spoken: variables filled in, surrounding white space removed.
 * A variable without a value becomes nothing, so that no braces are ever spoken.
 */
export const renderPrompt = ({ markdown, variables }: RenderPromptOptions): string =>
  fillVariables(markdown, variables).trim()

type VariableValuesOptions = {
  /** The agent's own variables with their defaults. */
  own: readonly AgentVariable[]
  /** What the call knows: built-in variables, and own ones that an outbound call was given. */
  given: Readonly<Record<string, string>>
}

/** Every value for one call: the agent's defaults, then what the call was given. */
export const variableValues = ({ own, given }: VariableValuesOptions): Record<string, string> => ({
  ...Object.fromEntries(own.flatMap(({ name, default: value }) => (name ? [[name, value ?? '']] : []))),
  ...given,
})
