import { flank, pairEmphasis } from './emphasis.ts'
import type { Delimiter } from './emphasis.ts'
import { CODE, createLineBreak, createLink, createText, createVariable } from './prompt-document.ts'
import type { InlineNode } from './prompt-document.ts'
import { VARIABLE_PATTERN } from './variables.ts'

/** What a backslash makes plain; the backslash itself is not among them, so that `C:\\temp` needs none. */
const ESCAPABLE = '*_`[]'

/** `[text](url "title")`; the title is not kept. Text holds no brackets, so that looking for its end stays short. */
const LINK = /\[((?:[^[\]\n\\]|\\.)+)\]\(([^()\s]+)(?:[ \t]+"[^"\n]*")?\)/

const LINK_HERE = new RegExp(LINK, 'y')
const VARIABLE_HERE = new RegExp(VARIABLE_PATTERN, 'y')
const PLAIN_HERE = /[^\\*_`[{\n]+/y

type Piece = { text: string } | { delimiter: Delimiter } | { node: (format: number) => InlineNode } | { code: string }

const at = (pattern: RegExp, source: string, position: number): RegExpExecArray | null => {
  pattern.lastIndex = position
  return pattern.exec(source)
}

/** Reads one block's text: emphasis, code, links, variables, line breaks. */
export function parseInline(source: string): InlineNode[] {
  const pieces: Piece[] = []
  const delimiters: Delimiter[] = []
  const findCodeEnd = createCodeEndFinder(source)

  let position = 0
  while (position < source.length) {
    const character = source[position] as string
    const plain = at(PLAIN_HERE, source, position)
    const variable = character === '{' ? at(VARIABLE_HERE, source, position) : null
    const link = character === '[' ? at(LINK_HERE, source, position) : null
    const run = /[*_`]/.test(character) ? runLength(source, position) : 0
    const codeEnd = character === '`' ? findCodeEnd(position, run) : undefined

    if (plain) {
      pieces.push({ text: plain[0] })
      position += plain[0].length
    } else if (character === '\n') {
      pieces.push({ node: createLineBreak })
      position += 1
    } else if (character === '\\' && ESCAPABLE.includes(source[position + 1] || ' ')) {
      pieces.push({ text: source[position + 1] as string })
      position += 2
    } else if (variable) {
      const [whole, name = ''] = variable
      pieces.push({ node: (format) => createVariable(name, format) })
      position += whole.length
    } else if (link) {
      const [whole, text = '', url = ''] = link
      pieces.push({ node: (format) => createLink(url, addFormat(parseInline(text), format)) })
      position += whole.length
    } else if (codeEnd !== undefined) {
      pieces.push({ code: trimCode(source.slice(position + run, codeEnd)) })
      position = codeEnd + run
    } else if (character === '*' || character === '_') {
      const sides = { before: sideBefore(source, position), after: sideAfter(source, position + run) }
      const delimiter = { at: pieces.length, mark: character, count: run, ...flank({ mark: character, ...sides }) }
      delimiters.push(delimiter)
      pieces.push({ delimiter })
      position += run
    } else {
      pieces.push({ text: character.repeat(run || 1) })
      position += run || 1
    }
  }
  return assemble(pieces, pairEmphasis({ delimiters, pieces: pieces.length }))
}

function assemble(pieces: Piece[], formats: number[]): InlineNode[] {
  const nodes: InlineNode[] = []
  pieces.forEach((piece, index) => {
    const format = formats[index] ?? 0
    if ('node' in piece) {
      nodes.push(piece.node(format))
      return
    }
    const isCode = 'code' in piece
    const text = isCode ? piece.code : 'text' in piece ? piece.text : piece.delimiter.mark.repeat(piece.delimiter.count)
    const bits = isCode ? format | CODE : format
    const previous = nodes.at(-1)
    if (previous?.type === 'text' && previous.format === bits) previous.text += text
    else if (text) nodes.push(createText(text, bits))
  })
  return nodes
}

const addFormat = (nodes: InlineNode[], format: number): InlineNode[] =>
  nodes.map((node) =>
    'format' in node && typeof node.format === 'number' ? { ...node, format: node.format | format } : node,
  )

function runLength(source: string, position: number): number {
  let end = position
  while (source[end] === source[position]) end += 1
  return end - position
}

/** Finds where a run of as many backticks closes code; remembers for which lengths there is none any more. */
function createCodeEndFinder(source: string): (position: number, length: number) => number | undefined {
  const runs = new Map<number, number[]>()
  for (const match of source.matchAll(/`+/g)) {
    const starts = runs.get(match[0].length) ?? []
    starts.push(match.index)
    runs.set(match[0].length, starts)
  }
  return (position, length) => {
    const starts = runs.get(length) ?? []
    while (starts.length > 0 && (starts[0] as number) <= position) starts.shift()
    return starts[0]
  }
}

/** Spaces that keep backticks inside apart from those around are not part of the code. */
const trimCode = (code: string): string => (/^ (`.*|.*`) $/s.test(code) ? code.slice(1, -1) : code)

/** A variable counts as a word: a bold one may touch the words beside it. */
const sideAfter = (source: string, position: number): string =>
  at(VARIABLE_HERE, source, position) ? 'x' : (source[position] ?? '')

const sideBefore = (source: string, position: number): string =>
  source.startsWith('}}', position - 2) ? 'x' : (source[position - 1] ?? '')
