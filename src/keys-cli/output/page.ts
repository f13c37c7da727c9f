export type Level = 'ok' | 'warning' | 'problem'

/** One line of a page: how it is, what it is about, and what to do. */
export type PageLine = {
  level: Level
  /** A few words, such as `Audit log`. */
  title: string
  /** One or two sentences. */
  text: string
  /** What to do about it. */
  todo?: string
  /** Single cases, each in a line of its own. */
  items?: string[]
}

/** How a page is printed. */
export type PageStyle = {
  /** Width in characters. */
  columns: number
  hasColour: boolean
}

const COLOURS: Record<Level | 'title' | 'dim', string> = {
  ok: '32',
  warning: '33',
  problem: '1;31',
  title: '1',
  dim: '2',
}
const LEVEL_WIDTH = 9
const TITLE_WIDTH = 18
const MAX_ITEMS = 20

/** Sets lines as a page: level, title, text in three columns, wrapped to the width. */
export function renderLines(lines: readonly PageLine[], style: PageStyle): string {
  const paint = painter(style)
  const indent = ' '.repeat(2 + LEVEL_WIDTH + TITLE_WIDTH)
  const width = Math.max(30, style.columns - indent.length)
  const rendered = lines.flatMap(({ level, title, text, todo, items = [] }) => {
    const shown =
      items.length > MAX_ITEMS
        ? [...items.slice(0, MAX_ITEMS), `… ${items.length - MAX_ITEMS} more (--json lists all)`]
        : items
    const body = [
      ...wrap(text, width),
      ...shown.flatMap((item) => hang('- ', item, width)),
      ...(todo ? hang('→ ', todo, width) : []),
    ]
    const head = `  ${paint(level, level.padEnd(LEVEL_WIDTH))}${paint('title', title.padEnd(TITLE_WIDTH))}`
    return body.map((line, index) => (index === 0 ? head : indent) + line)
  })
  return rendered.map((line) => line.trimEnd()).join('\n')
}

/** The last line of a page: how many of each. */
export function summarise(lines: readonly PageLine[], style: PageStyle): string {
  const count = (level: Level) => lines.filter((line) => line.level === level).length
  const [problems, warnings] = [count('problem'), count('warning')]
  const paint = painter(style)
  if (problems === 0 && warnings === 0) return paint('ok', 'Everything is fine.')
  const many = (number: number, word: string) => `${number} ${word}${number === 1 ? '' : 's'}`
  const text = [...(problems ? [many(problems, 'problem')] : []), ...(warnings ? [many(warnings, 'warning')] : [])]
  return paint(problems ? 'problem' : 'warning', `${text.join(', ')}.`)
}

export const painter =
  ({ hasColour }: PageStyle) =>
  (colour: keyof typeof COLOURS, text: string): string =>
    hasColour ? `\u001b[${COLOURS[colour]}m${text}\u001b[0m` : text

/** Breaks a text at blanks; what is longer than a line, at the line's end. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = ['']
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? ''
    const longer = line === '' ? word : `${line} ${word}`
    if (longer.length <= width) lines[lines.length - 1] = longer
    else if (line === '') lines[lines.length - 1] = word
    else lines.push(word)
  }
  return lines.flatMap((line) => line.match(new RegExp(`.{1,${width}}`, 'gu')) ?? [''])
}

const hang = (mark: string, text: string, width: number): string[] =>
  wrap(text, width - mark.length).map((line, index) => (index === 0 ? mark : ' '.repeat(mark.length)) + line)
