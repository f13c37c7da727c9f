import { findVariables } from './variables.ts'

/** A node of the editor's document as it is stored. */
export type PromptNode = { type: string; version?: number; text?: string; children?: PromptNode[] }

/** The editor's document as it is stored: Lexical's serialised state. */
export type PromptDocument = { root: PromptNode }

/** Whether a value has the outer shape of a document; its nodes are not looked at. */
export function isPromptDocument(value: unknown): value is PromptDocument {
  const root = typeof value === 'object' && value !== null && 'root' in value ? value.root : undefined
  return typeof root === 'object' && root !== null && 'children' in root && Array.isArray(root.children)
}

/** The variables that a document names, chips and text alike, in order of appearance, each once. */
export function listVariables(document: PromptDocument): string[] {
  const texts: string[] = []
  collectTexts(document.root, texts)
  return findVariables(texts.join('\n'))
}

/** Whether nothing but white space stands in a document. */
export function isEmptyPrompt(document: PromptDocument): boolean {
  const texts: string[] = []
  collectTexts(document.root, texts)
  return texts.join('').trim() === ''
}

/** Texts of one block come out joined, so that a name written in two formats is still found. */
function collectTexts(node: PromptNode, texts: string[]): void {
  const inline = (node.children ?? []).map(({ text }) => text ?? '').join('')
  if (inline) texts.push(inline)
  for (const child of node.children ?? []) collectTexts(child, texts)
}
