import { randomBytes } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import { createLogger } from './create-logger.ts'
import { createSecretsInUse } from './secrets-in-use.ts'

/** Of no form that a rule could know. */
const PLAIN = `Zq7+${randomBytes(24).toString('base64')}/x`

const WAYS: [how: string, write: (secret: string) => string][] = [
  ['as it is', (secret) => secret],
  ['in capitals', (secret) => secret.toUpperCase()],
  ['URL-encoded', (secret) => encodeURIComponent(secret)],
  ['in base64', (secret) => Buffer.from(secret).toString('base64')],
  ['in base64url, behind other text', (secret) => Buffer.from(`key=${secret}`).toString('base64url')],
  ['in hex', (secret) => Buffer.from(secret).toString('hex')],
  ['cut off at its end', (secret) => secret.slice(0, 20)],
  ['cut off at its beginning', (secret) => secret.slice(-20)],
]

/** No run of 12 characters of any of its forms. */
const expectNothingOf = (secret: string, text: string) => {
  for (const [, write] of WAYS.slice(0, 6)) {
    const form = write(secret).toLowerCase()
    for (let at = 0; at + 12 <= form.length - 4; at += 1)
      expect(text.toLowerCase()).not.toContain(form.slice(at, at + 12))
  }
}

describe('the secrets in use', () => {
  it.each(WAYS)('should be taken out of a text in which one stands %s', (_how, write) => {
    const secrets = createSecretsInUse()
    secrets.note('one', [PLAIN])
    const text = secrets.scrub(`The provider said: <${write(PLAIN)}> is wrong.`)
    expectNothingOf(PLAIN, text)
    expect(text).toMatch(/^The provider said: <.*\[key\].*> is wrong\.$/)
  })

  it('should be taken out of messages, stacks, causes and fields of a line of the log, which stays JSON', () => {
    const secrets = createSecretsInUse()
    const key = `quote"back\\slash-${PLAIN}`
    secrets.note('one', [key])
    const lines: string[] = []
    const logger = createLogger({ level: 'info', secrets, destination: { write: (line) => void lines.push(line) } })
    const cause = new Error(`inner ${encodeURIComponent(key)}`)
    logger.error({ err: new Error(`outer ${key}`, { cause }), answer: { deep: [`${key}`] } }, `said ${key}`)
    const [line = ''] = lines
    expectNothingOf(PLAIN, line)
    expect(JSON.parse(line)).toMatchObject({ level: 'error', msg: expect.stringMatching(/^said .*\[key\]/) })
  })

  it('should leave a text alone that holds none of them', () => {
    const secrets = createSecretsInUse()
    for (let index = 0; index < 300; index += 1) secrets.note(String(index), [randomBytes(30).toString('base64url')])
    const text = Array.from({ length: 400 }, () => randomBytes(24).toString('base64')).join(' ')
    expect(secrets.scrub(text)).toBe(text)
  })

  it('should forget the one that was not used for the longest time when there are too many', () => {
    const secrets = createSecretsInUse({ maxKept: 2 })
    const [one, two, three] = [1, 2, 3].map(() => randomBytes(20).toString('hex')) as [string, string, string]
    secrets.note('one', [one])
    secrets.note('two', [two])
    secrets.note('one', [one])
    secrets.note('three', [three])
    expect([one, two, three].map((secret) => secrets.scrub(secret))).toEqual(['[key]', two, '[key]'])
  })

  it('should keep nothing from which a secret could be read', () => {
    const secrets = createSecretsInUse()
    secrets.note('one', [PLAIN])
    expect(JSON.stringify(secrets)).not.toContain(PLAIN)
    expect(Object.keys(secrets)).toEqual(['note', 'scrub'])
  })
})
