import type { PageLine } from '../output/page.ts'
import type { Leak, Leaks } from '../scan/find-leaks.ts'

type DescribeOptions = {
  leaks: Leaks
  title: string
  /** What was read: `texts of the database`. */
  what: string
  /** What to do about stored keys that stand there, and about what only looks like a key. */
  todo: { known: string; shapes: string }
}

/** The lines of a page on what was found in plain text: stored keys are a problem, forms of keys a warning. */
export function describeLeaks({ leaks, title, what, todo }: DescribeOptions): PageLine[] {
  const known = leaks.leaks.filter((leak) => leak.known.length > 0)
  const shapes = leaks.leaks.filter((leak) => leak.known.length === 0)
  if (known.length + shapes.length === 0) {
    return [
      { level: 'ok', title, text: `${leaks.read} ${what} were read: no stored key, nothing that looks like one.` },
    ]
  }
  const beyond = leaks.more > 0 ? ` ${leaks.more} further places are not listed.` : ''
  const lines: PageLine[] = []
  if (known.length > 0) {
    lines.push({
      level: 'problem',
      title,
      text: `Stored keys stand in plain view in ${known.length} of ${leaks.read} ${what}.${beyond}`,
      items: known.map(describeKnown),
      todo: todo.known,
    })
  }
  if (shapes.length > 0) {
    lines.push({
      level: 'warning',
      title,
      text: `${shapes.length} of ${leaks.read} ${what} hold${shapes.length === 1 ? 's' : ''} what looks like a key.${known.length > 0 ? '' : beyond}`,
      items: shapes.map(({ place, shapes: kinds }) => `${place}: ${kinds.join(', ')}`),
      todo: todo.shapes,
    })
  }
  return lines
}

const describeKnown = ({ place, known }: Leak): string =>
  `${place}: ${known.map(({ owner, form }) => `${owner} (${form})`).join('; ')}`
