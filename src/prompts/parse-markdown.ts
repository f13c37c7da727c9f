import { parseInline } from './parse-inline.ts'
import {
  createDocument,
  createHeading,
  createLineBreak,
  createList,
  createListItem,
  createParagraph,
  createQuote,
  createText,
  createVariable,
} from './prompt-document.ts'
import type { BlockNode, InlineNode, ListItemNode, ListNode, PromptDocument } from './prompt-document.ts'
import { VARIABLE_PATTERN } from './variables.ts'

/** Longest prompt in Markdown, in characters. */
export const MAX_PROMPT_CHARACTERS = 50_000

const BLANK = /^\s*$/
const FENCE = /^[ \t]*(`{3,}|~{3,})[^`]*$/
const HEADING = /^(#{1,4})[ \t]+(.*)$/
const QUOTE = /^>[ \t]?(.*)$/
const ITEM = /^([ \t]*)(?:[-*+]|(\d{1,9})[.)])[ \t]+(.*)$/
/** A line that would be a block, made plain: `\# x`, `\- x`, `1\. x`. */
const ESCAPED_START = /^([ \t]*)(?:\\(?=[#>+-]|```|~~~)|(\d{1,9})\\(?=[.)]))/

const isBlockStart = (line: string): boolean => [HEADING, QUOTE, ITEM].some((pattern) => pattern.test(line))

/**
 * Reads a prompt's Markdown: headings of four levels, lists, quotes, paragraphs whose single line breaks count,
 * emphasis, code, links, variables. Anything else (tables, fenced code) stays the text that it is.
 */
export function parseMarkdown(markdown: string): PromptDocument {
  const lines = markdown.replace(/\r\n?/g, '\n').split('\n')
  const fenceEnd = createFenceEndFinder(lines)
  const blocks: BlockNode[] = []
  let index = 0

  /** Takes the line here, and those after it as long as the condition holds. */
  const takeWhile = (condition: (line: string) => boolean): string[] => {
    const start = index
    do index += 1
    while (index < lines.length && condition(lines[index] as string) && fenceEnd(index) === undefined)
    return lines.slice(start, index)
  }

  while (index < lines.length) {
    const line = lines[index] as string
    const heading = HEADING.exec(line)
    const end = fenceEnd(index)
    if (BLANK.test(line)) {
      index += 1
    } else if (end !== undefined) {
      blocks.push(createParagraph(parseFence(lines.slice(index, end + 1))))
      index = end + 1
    } else if (heading) {
      blocks.push(createHeading(heading[1]?.length ?? 1, parseInline(heading[2]?.trim() ?? '')))
      index += 1
    } else if (QUOTE.test(line)) {
      const quoted = takeWhile((one) => QUOTE.test(one)).map((one) => plainStart(QUOTE.exec(one)?.[1] ?? ''))
      blocks.push(createQuote(parseInline(quoted.join('\n'))))
    } else if (ITEM.test(line)) {
      blocks.push(...parseLists(takeWhile((one) => !BLANK.test(one) && (ITEM.test(one) || !isBlockStart(one)))))
    } else {
      const [first = '', ...others] = takeWhile((one) => !BLANK.test(one) && !isBlockStart(one))
      blocks.push(createParagraph(parseInline([first, ...others].map(plainStart).join('\n'))))
    }
  }
  return createDocument(blocks)
}

const plainStart = (line: string): string => line.replace(ESCAPED_START, '$1$2')

/** Finds the line that closes the fence on a line; there is none for what opens nothing, or is never closed. */
function createFenceEndFinder(lines: readonly string[]): (index: number) => number | undefined {
  const closers = new Map<string, number[]>()
  lines.forEach((line, index) => {
    const fence = line.trim()
    if (!/^(`{3,}|~{3,})$/.test(fence)) return
    const known = closers.get(fence) ?? []
    known.push(index)
    closers.set(fence, known)
  })
  return (index) => {
    const candidates = closers.get(FENCE.exec(lines[index] ?? '')?.[1] ?? '') ?? []
    while (candidates.length > 0 && (candidates[0] as number) <= index) candidates.shift()
    return candidates[0]
  }
}

/** Fenced code is text as it stands, fences included; only variables are told apart. */
const parseFence = (lines: readonly string[]): InlineNode[] =>
  lines.flatMap((line, index) => [...(index > 0 ? [createLineBreak()] : []), ...splitVariables(line)])

const splitVariables = (line: string): InlineNode[] =>
  line
    .split(VARIABLE_PATTERN)
    .flatMap((part, index): InlineNode[] =>
      index % 2 === 1 ? [createVariable(part, 0)] : part ? [createText(part, 0)] : [],
    )

/** A list that is being read; `next` numbers its next item. */
type Level = { column: number; list: ListNode; next: number }

type OpenOptions = { column: number; number: string | undefined }

/** Reads lines of items and what belongs to them; deeper items make lists within lists. */
function parseLists(lines: readonly string[]): ListNode[] {
  const lists: ListNode[] = []
  const levels: Level[] = []
  const texts: { item: ListItemNode; lines: string[] }[] = []

  /** Opens a list inside the innermost one, or beside all. */
  const open = ({ column, number }: OpenOptions): void => {
    const start = Number(number ?? 1)
    const list = createList(number === undefined ? 'bullet' : 'number', start)
    const outer = levels.at(-1)
    // The editor keeps a list within a list in an item of its own, which does not count.
    if (outer)
      outer.list.children.push(createListItem({ value: outer.next, indent: levels.length - 1, children: [list] }))
    else lists.push(list)
    levels.push({ column, list, next: start })
  }

  for (const line of lines) {
    const match = ITEM.exec(line)
    if (!match) {
      texts.at(-1)?.lines.push(plainStart(line.trim()))
      continue
    }
    const [, space = '', number, text = ''] = match
    const column = space.replace(/\t/g, '    ').length
    while (levels.length > 1 && column <= (levels.at(-2)?.column ?? 0) + 1) levels.pop()
    const current = levels.at(-1)
    const isDeeper = current && column > current.column + 1 && levels.length < MAX_LEVELS
    const isOfOtherKind = current?.list.listType !== (number === undefined ? 'bullet' : 'number')
    if (!isDeeper && isOfOtherKind) levels.pop()
    if (isDeeper || isOfOtherKind) open({ column, number })

    const level = levels.at(-1) as Level
    const item = createListItem({ value: level.next, indent: levels.length - 1, children: [] })
    level.next += 1
    level.list.children.push(item)
    texts.push({ item, lines: [plainStart(text)] })
  }
  for (const { item, lines: own } of texts) item.children = parseInline(own.join('\n'))
  return lists
}

const MAX_LEVELS = 8
