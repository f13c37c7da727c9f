import { randomBytes } from 'node:crypto'
import { closeSync, fsyncSync, openSync, readFileSync, realpathSync, renameSync, rmSync, writeSync } from 'node:fs'

/** `NAME=value` as dotenv files have it: bare, or between quotes, then over several lines too; a comment may follow. */
const ENTRY =
  /^[ \t]*(?:export[ \t]+)?([A-Za-z_][\w.]*)[ \t]*=[ \t]*('[^']*'|"(?:\\[\s\S]|[^"\\])*"|`[^`]*`|[^\r\n#]*?)[ \t]*(#[^\r\n]*)?$/dgm

/** Follows an entry that the panel wrote, and that it may take away again. */
const MARK = '# saved in the panel'

const HEADER = '# Keys of this machine alone, for KEY_SOURCE=dev-env. Never commit this file.\n'

type Entry = { name: string; value: string; isMarked: boolean; valueSpan: [number, number]; span: [number, number] }

function entriesOf(text: string): Entry[] {
  return [...text.matchAll(ENTRY)].flatMap((match): Entry[] => {
    const [, name = '', raw = '', comment = ''] = match
    const [span, , valueSpan] = match.indices ?? []
    return span && valueSpan ? [{ name, value: unquote(raw), isMarked: comment.trim() === MARK, valueSpan, span }] : []
  })
}

/** Of two entries of one name the last counts. A dollar sign is written `\$`, or Next would put a variable there. */
function unquote(raw: string): string {
  const quote = /^['"`]/.exec(raw)?.[0]
  const inner = quote ? raw.slice(1, -1) : raw.trim()
  const plain = quote === '"' ? inner.replaceAll('\\n', '\n').replaceAll('\\r', '\r') : inner
  return plain.replaceAll('\\$', '$')
}

/** The quotes that a value does not have itself; nothing else inside them is special to any reader of such files. */
function quote(value: string): string | undefined {
  const mark = ["'", '`', '"'].find((one) => !value.includes(one))
  const isPlain = mark !== undefined && !/[\r\n]/.test(value) && !(mark === '"' && value.includes('\\'))
  return isPlain ? `${mark}${value.replaceAll('$', '\\$')}${mark}` : undefined
}

/** The variables of a dotenv file by name. */
export const parseEnvFile = (text: string): Record<string, string> =>
  Object.fromEntries(entriesOf(text).map(({ name, value }) => [name, value]))

/**
 * Puts variables into the text of a dotenv file: in place of their former values, else at its end. Everything else stays
 * as it is, comments included.
 * @returns undefined where a value cannot be written so that every reader finds the same
 */
export function setInEnvFile(text: string, values: Readonly<Record<string, string>>): string | undefined {
  let changed = text
  for (const [name, value] of Object.entries(values)) {
    const quoted = quote(value)
    if (quoted === undefined) return undefined
    changed = setOne({ text: changed, name, quoted })
  }
  return changed
}

function setOne({ text, name, quoted }: { text: string; name: string; quoted: string }): string {
  const present = entriesOf(text).filter((entry) => entry.name === name)
  if (present.length === 0) {
    const start = text === '' ? HEADER : text.endsWith('\n') ? text : `${text}\n`
    return `${start}${name}=${quoted} ${MARK}\n`
  }
  // From the end, so that the places of those before stay right. No former value is left behind.
  return present.reduceRight(
    (changed, { valueSpan: [start, end] }) => changed.slice(0, start) + quoted + changed.slice(end),
    text,
  )
}

/** Takes out the variables that the panel wrote; what a person wrote by hand stays. */
export function removeFromEnvFile(text: string, names: readonly string[]): string {
  const written = entriesOf(text).filter(({ name, isMarked }) => isMarked && names.includes(name))
  return written.reduceRight((changed, { span: [start, end] }) => {
    const lineEnd = /^\r?\n/.exec(changed.slice(end))?.[0].length ?? 0
    return changed.slice(0, start) + changed.slice(end + lineEnd)
  }, text)
}

/** The text of a file; empty where it is not there. */
export function readEnvFile(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
    throw error
  }
}

/** Writes a file whole, for its owner alone: beside its place, then put into it, so that no reader meets half of it. */
export function writeEnvFile(file: string, text: string): void {
  const target = resolveLink(file)
  const scratch = `${target}.${process.pid}.${randomBytes(6).toString('hex')}`
  try {
    const descriptor = openSync(scratch, 'wx', 0o600)
    try {
      writeSync(descriptor, text)
      fsyncSync(descriptor)
    } finally {
      closeSync(descriptor)
    }
    renameSync(scratch, target)
  } finally {
    rmSync(scratch, { force: true })
  }
}

function resolveLink(file: string): string {
  try {
    return realpathSync(file)
  } catch {
    return file
  }
}
