import { EnvironmentError } from './environment-error.ts'

/** The command that messages recommend: 32 random bytes as base64. */
export const MAKE_SECRET_COMMAND = `node -e "console.log(require('crypto').randomBytes(32).toString('base64'))"`

/** Bytes of a key-encryption key (AES-256). */
export const KEY_BYTES = 32
/** The shortest `PAYLOAD_SECRET` that a deployment accepts, in characters. */
export const MIN_SECRET_LENGTH = 32
/** The shortest `ADMIN_PASSWORD` that a deployment accepts, in characters. */
export const MIN_PASSWORD_LENGTH = 8

/** Seven letters at least, so that 44 random base64 characters do not hold one by chance. */
const PLACEHOLDER_WORDS = [
  'changeme',
  'changethis',
  'default',
  'example',
  'generate',
  'insertyour',
  'mysecret',
  'notasecret',
  'password',
  'placeholder',
  'replaceme',
  'replacethis',
  'replacewith',
  'secretkey',
  'supersecret',
  'yourkey',
  'yourpayload',
  'yoursecret',
]
const WEAK_PASSWORDS = new Set([
  ...PLACEHOLDER_WORDS,
  'admin',
  'administrator',
  'letmein',
  'patchbay',
  'secret',
  'test',
])

const normalise = (text: string) => text.toLowerCase().replace(/[^a-z0-9]/g, '')

const hasPlaceholderWord = (text: string) => {
  const normalised = normalise(text)
  return PLACEHOLDER_WORDS.some((word) => normalised.includes(word))
}

const fail = (variable: string, fault: string): never => {
  throw new EnvironmentError({ variable, message: `${variable} ${fault} Make one with: ${MAKE_SECRET_COMMAND}` })
}

/**
 * Decodes a key-encryption key: 32 bytes as base64, base64url (padded or not) or hex.
 * @returns undefined when the text is none of these
 */
export function decodeKey(text: string): Buffer | undefined {
  if (/^[0-9a-f]{64}$/i.test(text)) return Buffer.from(text, 'hex')
  if (/^[A-Za-z0-9+/_-]{43}=?$/.test(text)) return Buffer.from(text, 'base64')
  return undefined
}

/** Whether 32 bytes were typed or counted rather than drawn: repeated, in sequence, few of them, or readable text. */
export function isPlaceholderKey(key: Buffer): boolean {
  const first = key[0] ?? 0
  const step = ((key[1] ?? 0) - first) & 0xff
  const isSequence = key.every((byte, index) => byte === ((first + index * step) & 0xff))
  const isReadable = key.every((byte) => byte >= 0x20 && byte < 0x7f)
  return isSequence || isReadable || new Set(key).size < KEY_BYTES / 2
}

/**
 * Reads one key-encryption key.
 * @param options.label names the value in messages, `ENCRYPTION_KEY`
 * @param options.refusePlaceholders true for the key that a deployment writes with
 * @throws EnvironmentError when malformed, or a placeholder where those are refused
 */
export function readKey(options: { label: string; value: string; refusePlaceholders: boolean }): Buffer {
  const { label, value, refusePlaceholders } = options
  if (refusePlaceholders && hasPlaceholderWord(value)) return fail(label, 'is a placeholder, not a secret.')
  const key = decodeKey(value)
  if (!key) return fail(label, 'must be 32 bytes written as base64 (44 characters) or hex (64 characters).')
  if (refusePlaceholders && isPlaceholderKey(key)) return fail(label, 'is a placeholder, not 32 random bytes.')
  return key
}

/**
 * Holds the secret that signs sessions to what a deployment needs.
 * @throws EnvironmentError when too short or a placeholder
 */
export function checkDeploymentSecret({ variable, value }: { variable: string; value: string }): void {
  if (hasPlaceholderWord(value)) fail(variable, 'is a placeholder, not a secret.')
  if (value.length < MIN_SECRET_LENGTH) fail(variable, `must have at least ${MIN_SECRET_LENGTH} characters.`)
  const key = decodeKey(value)
  if (new Set(value).size < 10 || (key && isPlaceholderKey(key)))
    fail(variable, 'is a placeholder, not a random secret.')
}

/**
 * Holds the first admin's password to what a deployment needs.
 * @throws EnvironmentError when too short or a word that everybody tries first
 */
export function checkDeploymentPassword({ variable, value }: { variable: string; value: string }): void {
  if (value.length < MIN_PASSWORD_LENGTH) fail(variable, `must have at least ${MIN_PASSWORD_LENGTH} characters.`)
  const word = normalise(value).replace(/\d+$/, '')
  if (WEAK_PASSWORDS.has(word) || new Set(value).size < 4) fail(variable, 'is a placeholder, not a password.')
}

/** Fails for a secret that a deployment must bring itself. */
export const failMissingSecret = (variable: string): never => fail(variable, 'is required where DEPLOY_ENV is set.')
