import { randomBytes } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import { createLogger } from './create-logger.ts'

const hex = (bytes: number) => randomBytes(bytes).toString('hex')
const linesOf = (fields: object) => {
  const lines: string[] = []
  createLogger({ level: 'info', destination: { write: (line: string) => void lines.push(line) } }).error(fields)
  return lines.join('')
}

const KEYS = {
  deepgram: hex(20),
  openai: `sk-proj-${randomBytes(40).toString('base64url')}`,
  elevenlabs: `sk_${hex(24)}`,
  telnyx: `KEY${hex(28)}`,
  google: `AIza${randomBytes(27).toString('base64url').replaceAll('-', '_')}`,
  session: `eyJhbGciOiJIUzI1NiJ9.${hex(20)}.${hex(20)}`,
}

describe('a line of the log', () => {
  it.each(Object.entries(KEYS))('should not hold a key of the form of %s in the text of an error', (_name, key) => {
    const line = linesOf({ err: new Error(`Incorrect key provided: ${key}.`, { cause: new Error(`It was "${key}"`) }) })
    expect(line).not.toContain(key)
    expect(JSON.parse(line).err.message).toContain('Incorrect key provided: [redacted]')
  })

  it.each(['Authorization', 'authorization', 'xi-api-key', 'x-api-key', 'Cookie', 'api_key', 'resetPasswordToken'])(
    'should not hold what the header or field %s does, however deep, whatever its form',
    (name) => {
      const config = {
        deep: { er: { headers: { [name]: 'canary "1"' }, list: [{ [name]: ['canary 2', 'canary 3'] }] } },
      }
      const body = JSON.stringify({ [name]: 'canary 4' })
      const line = linesOf({ err: Object.assign(new Error(`sent ${body}`), { config, body }) })
      expect(line).not.toContain('canary')
      expect(JSON.parse(line).err.config.deep.er.headers[name]).toBe('[redacted]')
    },
  )

  it.each([
    ['a header', (secret: string) => `the header was Authorization: Token ${secret}`],
    ['a query', (secret: string) => `GET https://serpapi.com/search?q=tea&api_key=${secret}&x=1`],
    ['the address of a media stream', () => `wss://voice.example.com/media/telnyx/${MEDIA_TOKEN}`],
  ])('should not hold the secret of %s', (_where, write) => {
    const secret = `9${hex(9)}`
    const line = linesOf({ err: new Error(write(secret)), url: write(secret) })
    expect(line).not.toContain(secret)
    expect(line).not.toContain(MEDIA_TOKEN)
    expect(line).toContain('[redacted]')
  })

  it('should not hold the values of a query that the database refused', () => {
    const params = ['canary-row', 'canary "quoted" ] text', 7]
    const error = new Error(`Failed query: insert into "calls" values (?, ?, ?)\nparams: ${params.join(',')}`)
    const line = linesOf({ err: Object.assign(error, { params }) })
    expect(line).not.toContain('canary')
    expect(JSON.parse(line).err).toMatchObject({
      message: 'Failed query: insert into "calls" values (?, ?, ?)\nparams: [redacted]',
      stack: expect.stringContaining('    at '),
    })
  })

  it('should keep everything else as it was written', () => {
    const fields = {
      event: 'llm.first-token',
      callId: '1b0f4b9e-6d5e-4b7a-8d94-6f6d1f0c2a11',
      credentialId: `cred_${hex(12)}`,
      fingerprint: hex(8),
      version: 3,
      carrierCallId: 'v3:GbAk_bQ2-Zt1',
      msg: 'Token authentication of the bearer failed, key missing: "telnyx"',
    }
    expect(JSON.parse(linesOf(fields))).toMatchObject(fields)
  })
})

const MEDIA_TOKEN = randomBytes(32).toString('base64url')
