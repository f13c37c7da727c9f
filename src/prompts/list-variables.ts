import type { PromptDocument } from './prompt-document.ts'
import { findVariables } from './variables.ts'

type AnyNode = { type: string; text?: string; children?: AnyNode[] }

/** The variables that a document names, chips and text alike, in order of appearance, each once. */
export const listVariables = (document: PromptDocument): string[] => findVariables(textsOf(document).join('\n'))

/** Whether nothing but white space stands in a document. */
export const isEmptyPrompt = (document: PromptDocument): boolean => textsOf(document).join('').trim() === ''

/** Texts of one element come out joined, so that a name written in two formats is still found. */
function textsOf(document: PromptDocument): string[] {
  const texts: string[] = []
  const collect = (node: AnyNode): void => {
    const inline = (node.children ?? []).map(({ type, text }) => (type === 'linebreak' ? '\n' : (text ?? ''))).join('')
    if (inline) texts.push(inline)
    node.children?.forEach(collect)
  }
  collect(document.root as AnyNode)
  return texts
}
