import { createDecipheriv, createHmac, pbkdf2, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'

/**
 * Reading of Fernet tokens, for taking keys over from older systems: version 0x80, time stamp, IV, AES-128-CBC, HMAC-SHA256.
 * Source: https://github.com/fernet/spec/blob/master/Spec.md
 */
const VERSION = 0x80
const HEAD_BYTES = 1 + 8
const IV_BYTES = 16
const MAC_BYTES = 32
const BLOCK_BYTES = 16
const KEY_BYTES = 32
const SMALLEST = HEAD_BYTES + IV_BYTES + BLOCK_BYTES + MAC_BYTES

/** How every token begins whose time stamp lies before the year 2106, and how it does when it was put into base64 once more. */
const TOKEN_START = 'gAAAA'
const WRAPPED_START = 'Z0FBQUFB'
const BASE64 = /^[A-Za-z0-9+/_-]+={0,2}$/

const derive = promisify(pbkdf2)

/**
 * The Fernet key that a secret stands for, by PBKDF2 with SHA-256, as Python's `cryptography` documents it.
 * Source: https://cryptography.io/en/latest/fernet/#using-passwords-with-fernet
 * @returns 32 bytes: 16 that sign, 16 that encrypt
 */
export const deriveFernetKey = (options: { secret: string; salt: Buffer; iterations: number }): Promise<Buffer> =>
  derive(Buffer.from(options.secret), options.salt, options.iterations, KEY_BYTES, 'sha256')

/** The bytes of a Fernet key written as base64url; undefined where the text is none. */
export function parseFernetKey(text: string): Buffer | undefined {
  const isKey = BASE64.test(text) && /^.{43}=?$/.test(text)
  return isKey ? Buffer.from(text, 'base64url') : undefined
}

/** Whether a text was meant to be a Fernet token, whole or damaged: such a text is never a key of its own. */
export const isFernetLike = (text: string): boolean =>
  text.startsWith(TOKEN_START) || text.startsWith(WRAPPED_START) || tokenBytes(text) !== undefined

/**
 * Opens a token; its age does not matter.
 * @param options.keys 32 bytes each, tried in order
 * @returns undefined where it is no token, or none of the keys made it, or any byte was changed
 */
export function openFernet({ token, keys }: { token: string; keys: readonly Buffer[] }): string | undefined {
  const bytes = tokenBytes(unwrapBase64(token))
  if (!bytes) return undefined
  for (const key of keys) {
    const opened = openWith(key, bytes)
    if (opened !== undefined) return opened
  }
  return undefined
}

/** Some systems put the token, which is base64 already, into base64 again. */
const unwrapBase64 = (text: string): string =>
  text.startsWith(WRAPPED_START) && BASE64.test(text) ? Buffer.from(text, 'base64url').toString('latin1') : text

function tokenBytes(text: string): Buffer | undefined {
  if (!BASE64.test(text)) return undefined
  const bytes = Buffer.from(text, 'base64url')
  const isToken = bytes[0] === VERSION && bytes.length >= SMALLEST && (bytes.length - SMALLEST) % BLOCK_BYTES === 0
  return isToken ? bytes : undefined
}

function openWith(key: Buffer, bytes: Buffer): string | undefined {
  const signed = bytes.subarray(0, -MAC_BYTES)
  const mac = createHmac('sha256', key.subarray(0, 16)).update(signed).digest()
  if (!timingSafeEqual(mac, bytes.subarray(-MAC_BYTES))) return undefined
  const iv = signed.subarray(HEAD_BYTES, HEAD_BYTES + IV_BYTES)
  const decipher = createDecipheriv('aes-128-cbc', key.subarray(16), iv)
  try {
    const plaintext = Buffer.concat([decipher.update(signed.subarray(HEAD_BYTES + IV_BYTES)), decipher.final()])
    return new TextDecoder('utf-8', { fatal: true }).decode(plaintext)
  } catch {
    // Rightly signed, but no padding or no text: nothing that was a key.
    return undefined
  }
}
