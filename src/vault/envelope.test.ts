import { randomBytes } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import { gcm } from '@noble/ciphers/aes.js'
import { keyIdOfEnvelope, openEnvelope, sealEnvelope } from './envelope.ts'
import { isVaultError } from './vault-error.ts'

const key = randomBytes(32)
const keyId = randomBytes(12).toString('hex')
const context = { tenant: '7', credential: 'cred_abc', provider: 'deepgram', version: 3 }
const plaintext = Buffer.from(JSON.stringify({ apiKey: 'dg-0123456789abcdef0123456789abcdef' }))
const envelope = sealEnvelope({ plaintext, key, keyId, context })
/** The bytes of the additional data, written out: what every stored envelope was made with. */
const canonical = Buffer.from('{"v":1,"tenant":"7","credential":"cred_abc","provider":"deepgram","version":3}')

const codeOf = (changed: Partial<Parameters<typeof openEnvelope>[0]>): string => {
  try {
    openEnvelope({ envelope, key, context, ...changed })
    return 'opened'
  } catch (error) {
    return isVaultError(error) ? error.code : String(error)
  }
}

const bodyOf = (text: string) => Buffer.from(text.split('.')[2] ?? '', 'base64url')
const withBody = (body: Buffer) => `pb1.${keyId}.${body.toString('base64url')}`

describe('the envelope of a credential', () => {
  it('should open with its key and context, and name its data key', () => {
    expect(openEnvelope({ envelope, key, context })).toEqual(plaintext)
    expect(keyIdOfEnvelope(envelope)).toBe(keyId)
  })

  it('should be opened by another implementation of AES-256-GCM, with the canonical additional data', () => {
    const body = bodyOf(envelope)
    expect(Buffer.from(gcm(key, body.subarray(0, 12), canonical).decrypt(body.subarray(12)))).toEqual(plaintext)
  })

  it('should open what another implementation of AES-256-GCM sealed', () => {
    const nonce = randomBytes(12)
    const sealed = Buffer.concat([nonce, gcm(key, nonce, canonical).encrypt(plaintext)])
    expect(openEnvelope({ envelope: withBody(sealed), key, context })).toEqual(plaintext)
  })

  it('should refuse every change of one bit of what was sealed', () => {
    const body = bodyOf(envelope)
    for (let at = 0; at < body.length; at += 1) {
      for (let bit = 0; bit < 8; bit += 1) {
        const flipped = Buffer.from(body)
        flipped.writeUInt8(flipped.readUInt8(at) ^ (1 << bit), at)
        expect([at, bit, codeOf({ envelope: withBody(flipped) })]).toEqual([at, bit, 'does_not_open'])
      }
    }
  })

  it('should refuse every change of one character of its text, except of the key id, which names another key', () => {
    for (let at = 0; at < envelope.length; at += 1) {
      for (let bit = 0; bit < 8; bit += 1) {
        const character = String.fromCharCode(envelope.charCodeAt(at) ^ (1 << bit))
        const changed = envelope.slice(0, at) + character + envelope.slice(at + 1)
        const isOtherKeyId = /^pb1\.[0-9a-f]{24}\./.test(changed) && keyIdOf(changed) !== keyId
        if (!isOtherKeyId) expect([at, bit, codeOf({ envelope: changed })]).not.toEqual([at, bit, 'opened'])
      }
    }
  })

  it.each([
    ['another tenant', { ...context, tenant: '8' }],
    ['another credential', { ...context, credential: 'cred_abd' }],
    ['another provider', { ...context, provider: 'openai' }],
    ['another version', { ...context, version: 2 }],
    ['fields that run together', { ...context, tenant: '7","credential":"cred_abc' }],
  ])('should not open for %s', (_, other) => {
    expect(codeOf({ context: other })).toBe('does_not_open')
  })

  it('should not open under another key', () => {
    expect(codeOf({ key: randomBytes(32) })).toBe('does_not_open')
  })

  it('should refuse a tag that is short or absent', () => {
    const body = bodyOf(envelope)
    for (let bytes = 1; bytes <= 16; bytes += 1) {
      expect(codeOf({ envelope: withBody(body.subarray(0, body.length - bytes)) })).not.toBe('opened')
    }
    // A tag of 12 bytes over the whole text is what GCM itself would accept: the ciphertext may not lend it four.
    expect(codeOf({ envelope: withBody(body.subarray(0, 28)) })).not.toBe('opened')
    expect(codeOf({ envelope: withBody(Buffer.alloc(0)) })).toBe('malformed_envelope')
  })

  it.each([
    ['an older version', envelope.replace('pb1.', 'pb0.')],
    ['a version that is to come', envelope.replace('pb1.', 'pb2.')],
    ['an algorithm in front', `aes-256-ctr.${envelope}`],
    ['no version', envelope.slice(4)],
    ['base64 in place of base64url', `${envelope}=`],
    ['white space', `${envelope}\n`],
    ['the key itself', 'dg-0123456789abcdef0123456789abcdef'],
    ['nothing', ''],
  ])('should refuse %s', (_, changed) => {
    expect(codeOf({ envelope: changed })).toBe('malformed_envelope')
  })

  it('should never use a nonce twice', () => {
    const nonces = new Set<string>()
    for (let count = 0; count < 20_000; count += 1) {
      nonces.add(bodyOf(sealEnvelope({ plaintext, key, keyId, context })).subarray(0, 12).toString('hex'))
    }
    expect(nonces.size).toBe(20_000)
  })
})

const keyIdOf = (text: string) => text.split('.')[1]
