import type { Payload } from 'payload'
import { createBreather } from '../create-breather.ts'
import { findKeyShapes } from './key-shapes.ts'
import type { KnownValue, KnownValues } from './known-values.ts'
import { readDatabase } from './read-database.ts'
import { readLines } from './read-lines.ts'

/** A place that holds what looks like a key; by its place and its kind, never by what stands there. */
export type Leak = {
  /** `agents.prompt, row 12`, or `server.log:120`. */
  place: string
  /** Stored keys that stand there. */
  known: KnownValue[]
  /** Where none of those does: forms of keys. */
  shapes: string[]
}

export type Leaks = {
  /** Texts or lines that were read. */
  read: number
  leaks: Leak[]
  /** Places beyond those that are listed. */
  more: number
}

/** More are counted, not listed. */
const MAX_LEAKS = 1_000
/** Ciphertexts are random letters, and by chance look like anything. */
const CIPHERTEXT_FIELDS = new Set(['envelope', 'wrapped'])

type OnRead = (read: number) => void

/** Looks for keys in every text of the database. */
export async function findLeaksInDatabase(options: {
  payload: Payload
  known: KnownValues
  signal: AbortSignal
  onRead?: OnRead
}): Promise<Leaks> {
  const { payload, known, signal, onRead } = options
  const result: Leaks = { read: 0, leaks: [], more: 0 }
  const breathe = createBreather(signal)
  for await (const { table, field, id, text } of readDatabase(payload)) {
    await breathe()
    const place = `${table}.${field}, row ${id}`
    look({ result, place, text, known, withShapes: !CIPHERTEXT_FIELDS.has(field) })
    if (result.read % 500 === 0) onRead?.(result.read)
  }
  return result
}

/**
 * Looks for keys in the lines of a log.
 * @param options.name what the log is called in the report
 */
export async function findLeaksInLog(options: {
  name: string
  chunks: AsyncIterable<Buffer | string>
  known: KnownValues
  signal: AbortSignal
  onRead?: OnRead
}): Promise<Leaks> {
  const { name, chunks, known, signal, onRead } = options
  const result: Leaks = { read: 0, leaks: [], more: 0 }
  const breathe = createBreather(signal)
  for await (const { number, text } of readLines(chunks)) {
    await breathe()
    look({ result, place: `${name}:${number}`, text, known, withShapes: true })
    if (result.read % 2_000 === 0) onRead?.(result.read)
  }
  return result
}

type LookOptions = { result: Leaks; place: string; text: string; known: KnownValues; withShapes: boolean }

function look({ result, place, text, known, withShapes }: LookOptions): void {
  result.read += 1
  const values = known.find(text)
  const shapes = values.length === 0 && withShapes ? findKeyShapes(text) : []
  if (values.length === 0 && shapes.length === 0) return
  if (result.leaks.some((leak) => leak.place === place)) return
  if (result.leaks.length < MAX_LEAKS) result.leaks.push({ place, known: values, shapes })
  else result.more += 1
}
