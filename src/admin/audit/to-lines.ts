/**
 * An event's details as lines to read: names in words, lists with commas, what lies deeper behind its path.
 * @param details any JSON; one that is not an object has no lines
 */
export function toLines(details: unknown): { name: string; text: string }[] {
  if (typeof details !== 'object' || details === null || Array.isArray(details)) return []
  return flatten(details, [])
}

const flatten = (value: object, path: string[]): { name: string; text: string }[] =>
  Object.entries(value).flatMap(([key, one]: [string, unknown]) => {
    const way = [...path, toWords(key)]
    if (isPlainObject(one)) return flatten(one, way)
    return [{ name: way.join(' › '), text: toText(one) }]
  })

const isPlainObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0

function toText(value: unknown): string {
  if (value === null || value === undefined || value === '') return '—'
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (Array.isArray(value)) return value.length === 0 ? '—' : value.map(toText).join(', ')
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/** `dryRun` is read as “dry run”. */
const toWords = (name: string): string =>
  name
    .replace(/[_-]+/g, ' ')
    .replace(/([a-z\d])([A-Z])/g, (_, end: string, start: string) => `${end} ${start.toLowerCase()}`)
