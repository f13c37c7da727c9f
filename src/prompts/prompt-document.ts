import { VARIABLE_NAME } from './variables.ts'

/** Bits of `format` on texts and variables, as Lexical numbers them. */
export const BOLD = 1
export const ITALIC = 2
export const CODE = 16

type Element<Type extends string> = {
  type: Type
  direction: 'ltr' | 'rtl' | null
  format: string | number
  indent: number
}

type Block<Type extends string, Child> = Element<Type> & { version: 1; children: Child[] }

type TextLike<Type extends string> = {
  type: Type
  version: 1
  text: string
  format: number
  detail: number
  mode: 'normal' | 'token' | 'segmented'
  style: string
}

export type TextNode = TextLike<'text'>
export type VariableNode = TextLike<'variable'> & { name: string }
export type LineBreakNode = { type: 'linebreak'; version: 1 }
export type LinkNode = Element<'link'> & {
  version: 3
  id: string
  fields: { linkType: 'custom'; newTab: boolean; url: string }
  children: InlineNode[]
}
export type InlineNode = TextNode | VariableNode | LineBreakNode | LinkNode

export type ParagraphNode = Block<'paragraph', InlineNode> & { textFormat: number; textStyle: string }
export type HeadingNode = Block<'heading', InlineNode> & { tag: string }
export type QuoteNode = Block<'quote', InlineNode>
export type ListItemNode = Element<'listitem'> & { version: 1; value: number; children: (InlineNode | ListNode)[] }
export type ListNode = Block<'list', ListItemNode> & { listType: 'bullet' | 'number'; start: number; tag: 'ul' | 'ol' }
export type BlockNode = ParagraphNode | HeadingNode | QuoteNode | ListNode

/** The editor's document as it is stored: Lexical's serialised state with the nodes that the prompt editor has. */
export type PromptDocument = { root: Block<'root', BlockNode> }

/** What the checks below look at; `PromptDocument` after they passed. */
type UnknownNode = {
  type?: unknown
  children?: unknown
  text?: unknown
  name?: unknown
  tag?: unknown
  fields?: unknown
}

const ELEMENTS = ['root', 'paragraph', 'heading', 'quote', 'list', 'listitem', 'link', 'autolink']
const TEXTS = ['text', 'tab']
const DEEPEST = 40

/** Whether the prompt editor can open a value: it is a document, and of every node in it the editor has the kind. */
export function isPromptDocument(value: unknown): value is PromptDocument {
  const root = (value as { root?: UnknownNode } | null | undefined)?.root
  return root?.type === 'root' && isKnownNode(root, 0)
}

function isKnownNode(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null || depth > DEEPEST) return false
  const node = value as UnknownNode
  const type = String(node.type)
  if (type === 'linebreak') return true
  if (TEXTS.includes(type)) return typeof node.text === 'string'
  if (type === 'variable') return typeof node.name === 'string' && VARIABLE_NAME.test(node.name)
  if (!ELEMENTS.includes(type) || !Array.isArray(node.children)) return false
  if (type === 'heading' && !/^h[1-6]$/.test(String(node.tag))) return false
  if (type === 'list' && node.tag !== 'ul' && node.tag !== 'ol') return false
  if (type.endsWith('link') && typeof node.fields !== 'object') return false
  return node.children.every((child) => isKnownNode(child, depth + 1))
}

const block = { version: 1, direction: null, format: '', indent: 0 } as const

export const createDocument = (children: BlockNode[]): PromptDocument => ({
  root: { ...block, type: 'root', children: children.length > 0 ? children : [createParagraph([])] },
})

export const createParagraph = (children: InlineNode[]): ParagraphNode => ({
  ...block,
  type: 'paragraph',
  children,
  textFormat: 0,
  textStyle: '',
})

export const createHeading = (level: number, children: InlineNode[]): HeadingNode => ({
  ...block,
  type: 'heading',
  tag: `h${level}`,
  children,
})

export const createQuote = (children: InlineNode[]): QuoteNode => ({ ...block, type: 'quote', children })

export const createList = (listType: ListNode['listType'], start: number): ListNode => ({
  ...block,
  type: 'list',
  listType,
  start,
  tag: listType === 'number' ? 'ol' : 'ul',
  children: [],
})

/** @param options.indent how many lists the item's own list lies in */
export const createListItem = (options: {
  value: number
  indent: number
  children: ListItemNode['children']
}): ListItemNode => ({ ...block, ...options, type: 'listitem' })

export const createText = (text: string, format: number): TextNode => ({
  type: 'text',
  version: 1,
  text,
  format,
  detail: 0,
  mode: 'normal',
  style: '',
})

export const createVariable = (name: string, format: number): VariableNode => ({
  ...createText(`{{${name}}}`, format),
  type: 'variable',
  mode: 'token',
  name,
})

export const createLineBreak = (): LineBreakNode => ({ type: 'linebreak', version: 1 })

export const createLink = (url: string, children: InlineNode[]): LinkNode => ({
  ...block,
  type: 'link',
  version: 3,
  id: randomId(),
  fields: { linkType: 'custom', newTab: false, url },
  children,
})

/** The shape that the editor gives its links: 12 bytes in hex. */
const randomId = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, '0')).join('')
