import { escapeInline } from './escape-text.ts'
import { BOLD, CODE, ITALIC } from './prompt-document.ts'
import type { InlineNode } from './prompt-document.ts'
import { formatVariable } from './variables.ts'

/** A piece of a line that is written as it is, within the emphasis that its bits say. */
type Piece = { text: string; bits: number; isSpace: boolean }

const MARKS = [
  { bit: BOLD, mark: '**' },
  { bit: ITALIC, mark: '*' },
] as const
const EMPHASIS = BOLD | ITALIC

/** Writes the texts, variables, links and line breaks of one block. */
export const writeInline = (nodes: readonly InlineNode[], { isLinkText = false } = {}): string =>
  writePieces(settleSpaces(nodes.flatMap((node) => toPieces(node, isLinkText))))

function toPieces(node: InlineNode, isLinkText: boolean): Piece[] {
  if (node.type === 'linebreak') return [{ text: '\n', bits: 0, isSpace: true }]
  if ('fields' in node) {
    const bits = commonBits(node.children)
    const children = node.children.map((child) => withoutBits(child, bits))
    return [{ text: `[${writeInline(children, { isLinkText: true })}](${node.fields.url})`, bits, isSpace: false }]
  }
  const bits = node.format & EMPHASIS
  if (node.type === 'variable') {
    const text = formatVariable(node.name)
    return [{ text: node.format & CODE ? writeCode(text) : text, bits, isSpace: false }]
  }
  if (node.format & CODE) return [{ text: writeCode(node.text), bits, isSpace: false }]
  return node.text
    .split(/(^\s+|\s+$)/)
    .filter(Boolean)
    .map((text) => ({ text: escapeInline(text, { isLinkText }), bits, isSpace: text.trim() === '' }))
}

const commonBits = (nodes: readonly InlineNode[]): number =>
  nodes.reduce((bits, node) => ('text' in node ? bits & node.format : bits), EMPHASIS) &
  (nodes.length > 0 ? EMPHASIS : 0)

const withoutBits = (node: InlineNode, bits: number): InlineNode =>
  'text' in node ? { ...node, format: node.format & ~bits } : node

function writeCode(code: string): string {
  const longest = Math.max(0, ...Array.from(code.matchAll(/`+/g), ([run]) => run.length))
  const fence = '`'.repeat(longest + 1)
  const space = code.startsWith('`') || code.endsWith('`') ? ' ' : ''
  return `${fence}${space}${code}${space}${fence}`
}

/** Marks must touch words: white space takes the emphasis that both its neighbours have. */
function settleSpaces(pieces: Piece[]): Piece[] {
  const before: number[] = []
  let last = 0
  for (const { bits, isSpace } of pieces) {
    before.push(last)
    if (!isSpace) last = bits
  }
  let next = 0
  return pieces
    .map((piece, index) => ({ piece, index }))
    .reverse()
    .map(({ piece, index }) => {
      if (piece.isSpace) return { ...piece, bits: (before[index] ?? 0) & next }
      next = piece.bits
      return piece
    })
    .reverse()
}

/** Opens and closes marks as the bits change; what lasts longest is opened first, so that marks never cross. */
function writePieces(pieces: readonly Piece[]): string {
  const lengths = lastingLengths(pieces)
  const open: (typeof MARKS)[number][] = []
  let output = ''
  const closeDownTo = (depth: number) => {
    while (open.length > depth) output += open.pop()?.mark ?? ''
  }

  pieces.forEach(({ text, bits }, index) => {
    const kept = open.findIndex(({ bit }) => !(bits & bit))
    if (kept !== -1) closeDownTo(kept)
    const missing = MARKS.filter((mark) => bits & mark.bit && !open.includes(mark))
    missing.sort((a, b) => (lengths[index]?.[b.bit] ?? 0) - (lengths[index]?.[a.bit] ?? 0))
    for (const mark of missing) {
      open.push(mark)
      output += mark.mark
    }
    output += text
  })
  closeDownTo(0)
  return output
}

/** For every piece and mark, over how many pieces from here the mark lasts. */
function lastingLengths(pieces: readonly Piece[]): Record<number, number>[] {
  let following: Record<number, number> = {}
  return [...pieces]
    .reverse()
    .map(({ bits }) => {
      following = Object.fromEntries(MARKS.map(({ bit }) => [bit, bits & bit ? (following[bit] ?? 0) + 1 : 0]))
      return following
    })
    .reverse()
}
