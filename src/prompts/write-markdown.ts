import { escapeLineStart } from './escape-text.ts'
import type { BlockNode, InlineNode, ListNode, PromptDocument } from './prompt-document.ts'
import { writeInline } from './write-inline.ts'

const INDENT = '    '
/** A fence and the line that closes it, as the first and the last of a text. */
const FENCED = /^[ \t]*(`{3,}|~{3,})[^`\n]*\n(?:[\s\S]*\n)?[ \t]*\1[ \t]*$/

/** Writes a prompt as the Markdown that `parseMarkdown` reads back into the same document. */
export const writeMarkdown = ({ root }: PromptDocument): string =>
  root.children
    .map(writeBlock)
    .filter((text) => text.trim() !== '')
    .join('\n\n')

function writeBlock(block: BlockNode): string {
  switch (block.type) {
    case 'heading':
      return `${'#'.repeat(Number(block.tag.slice(1)))} ${writeInline(block.children).replaceAll('\n', ' ')}`
    case 'quote':
      return linesOf(block.children)
        .map((line) => `> ${line}`)
        .join('\n')
    case 'list':
      return writeList(block, '')
    case 'paragraph': {
      const plain = plainText(block.children)
      return plain !== undefined && FENCED.test(plain) ? plain : linesOf(block.children).join('\n')
    }
  }
}

const linesOf = (nodes: readonly InlineNode[]): string[] => writeInline(nodes).split('\n').map(escapeLineStart)

/** The text of nodes without formats and links: fenced code is written as it stands. */
function plainText(nodes: readonly InlineNode[]): string | undefined {
  const isPlain = nodes.every((node) => node.type === 'linebreak' || ('text' in node && node.format === 0))
  if (!isPlain) return undefined
  return nodes.map((node) => ('text' in node ? node.text : '\n')).join('')
}

function writeList(list: ListNode, indent: string): string {
  let number = list.start
  const lines: string[] = []
  for (const { children } of list.children) {
    const [first] = children
    if (first?.type === 'list') {
      lines.push(...children.flatMap((child) => (child.type === 'list' ? [writeList(child, indent + INDENT)] : [])))
      continue
    }
    const marker = list.tag === 'ol' ? `${number}.` : '-'
    number += 1
    const inline = children.filter((child): child is InlineNode => child.type !== 'list')
    const [line = '', ...others] = linesOf(inline)
    lines.push(`${indent}${marker} ${line}`, ...others.map((other) => `${indent}  ${other}`))
  }
  return lines.join('\n')
}
