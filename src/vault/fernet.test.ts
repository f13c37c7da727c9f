import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from '@jest/globals'
import { deriveFernetKey, isFernetLike, openFernet, parseFernetKey } from './fernet.ts'

type Vector = {
  name: string
  key: string
  token: string
  text: string
  secret?: string
  saltHex?: string
  iterations?: number
}
type Vectors = { vectors: Vector[]; twice: Vector; wrapped: Vector; otherKey: { token: string } }

const file = join(dirname(fileURLToPath(import.meta.url)), 'fixtures', 'fernet.json')
const { vectors, twice, wrapped, otherKey } = JSON.parse(readFileSync(file, 'utf8')) as Vectors

const keyOf = (text: string): Buffer => {
  const key = parseFernetKey(text)
  if (!key) throw new Error('No key')
  return key
}

describe('reading what another implementation of Fernet wrote', () => {
  it.each(vectors)('should open: $name', ({ key, token, text }) => {
    expect(openFernet({ token, keys: [keyOf(key)] })).toBe(text)
    expect(openFernet({ token: token.replace(/=+$/, ''), keys: [Buffer.alloc(32), keyOf(key)] })).toBe(text)
    expect(isFernetLike(token)).toBe(true)
  })

  it.each(vectors.filter(({ secret }) => secret))('should derive the key: $name', async (vector) => {
    const { secret = '', saltHex = '', iterations = 0, key } = vector
    const derived = await deriveFernetKey({ secret, salt: Buffer.from(saltHex, 'hex'), iterations })
    expect(derived.equals(keyOf(key))).toBe(true)
  })

  it('should open one layer at a time, and what was put into base64 once more', () => {
    const keys = [keyOf(twice.key)]
    const inner = openFernet({ token: twice.token, keys }) ?? ''
    expect(isFernetLike(inner)).toBe(true)
    expect(openFernet({ token: inner, keys })).toBe(twice.text)
    expect(isFernetLike(wrapped.token)).toBe(true)
    expect(openFernet({ token: wrapped.token, keys })).toBe(wrapped.text)
  })

  it('should open nothing under another key, and nothing of which any byte was changed', () => {
    const { key, token } = vectors[1] as Vector
    expect(openFernet({ token: otherKey.token, keys: [keyOf(key)] })).toBeUndefined()
    const bytes = Buffer.from(token, 'base64url')
    for (let at = 0; at < bytes.length; at += 1) {
      const changed = Buffer.from(bytes)
      changed[at] = (changed[at] ?? 0) ^ 1
      expect([at, openFernet({ token: changed.toString('base64url'), keys: [keyOf(key)] })]).toEqual([at, undefined])
    }
  })

  it('should know a damaged token as such, and no key of a provider', () => {
    const { token } = vectors[1] as Vector
    expect(isFernetLike(token.slice(0, 40))).toBe(true)
    expect(openFernet({ token: token.slice(0, 40), keys: [Buffer.alloc(32)] })).toBeUndefined()
    for (const key of [
      'sk-proj-abcdefghijklmnop',
      `sk_${'0'.repeat(48)}`,
      `${'a1'.repeat(20)}`,
      `KEY${'A'.repeat(55)}`,
    ]) {
      expect([key, isFernetLike(key)]).toEqual([key, false])
    }
  })

  it('should take for a Fernet key only what has its form', () => {
    expect(parseFernetKey('correct horse battery staple')).toBeUndefined()
    expect(parseFernetKey('A'.repeat(40))).toBeUndefined()
  })
})
