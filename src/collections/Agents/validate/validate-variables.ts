import { BUILT_IN_VARIABLES, findVariables, formatVariable, isBuiltInVariable } from '../../../prompts/variables.ts'

type OwnVariables = { variables?: readonly { name?: string | null }[] | null }

/** Names of the variables that the agent itself declares. */
export const ownVariableNames = (data: unknown): string[] =>
  ((data as OwnVariables | undefined)?.variables ?? []).flatMap(({ name }) => (name ? [name] : []))

/**
 * Checks that every variable is built in or declared by the agent.
 * @param options.names what a text names
 * @param options.data the agent
 * @returns true, or a sentence that names the unknown ones
 */
export function checkVariablesKnown({ names, data }: { names: readonly string[]; data: unknown }): true | string {
  const own = ownVariableNames(data)
  const unknown = names.filter((name) => !isBuiltInVariable(name) && !own.includes(name))
  if (unknown.length === 0) return true
  const known = [...BUILT_IN_VARIABLES.map(({ name }) => name), ...own]
  const [subject, object] = unknown.length === 1 ? ['Unknown variable', 'it'] : ['Unknown variables', 'them']
  const list = unknown.map(formatVariable).join(', ')
  return `${subject} ${list}. Add ${object} under Variables, or use one of: ${known.join(', ')}.`
}

/** The same for plain text with `{{name}}` in it. */
export const checkTextVariablesKnown = ({ text, data }: { text: string; data: unknown }): true | string =>
  checkVariablesKnown({ names: findVariables(text), data })
