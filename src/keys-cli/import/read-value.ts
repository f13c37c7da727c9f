import { isFernetLike, openFernet } from '../../vault/fernet.ts'

/** How often an older system may have encrypted one value. */
const MAX_LAYERS = 10
/** What enciphers leave behind that are not read here: OpenSSL and CryptoJS, HashiCorp Vault, Jasypt, this product. */
const CIPHERTEXT = /^(?:U2FsdGVkX1|vault:v\d|ENC\(|\$aes|\{cipher\}|pbk?1\.)/
const LONG_BASE64 = /^[A-Za-z0-9+/_-]{58,}={1,2}$/
const NOTHING = /^(?:none|null|undefined|nan|n\/a|todo|x+|\*+|-+|test|changeme|change-me|<.*>|\$\{.*\}|your[-_ ].*)$/i

export type ReadValue = { value: string; layers: number } | { fault: string }

type ReadOptions = {
  text: string
  /** Fernet keys to try; absent where the file was said to hold plain text. */
  keys?: readonly Buffer[]
  /** Whether the older system said that the value is encrypted. */
  isEncrypted?: boolean
}

/**
 * The key behind a value of an older system: every layer of Fernet taken away, or the value itself where it was never
 * encrypted. What looks like a ciphertext and does not open is never taken for a key.
 * @returns the key, or why there is none, without a character of it
 */
export function readValue({ text, keys, isEncrypted }: ReadOptions): ReadValue {
  let value = unquoteBytes(text.trim())
  let layers = 0
  while (isFernetLike(value)) {
    if (!keys) return { fault: 'is encrypted: import it with --fernet' }
    if (layers === MAX_LAYERS) return { fault: `is encrypted more than ${MAX_LAYERS} times` }
    const opened = openFernet({ token: value, keys })
    if (opened === undefined) {
      const where = layers > 0 ? `, inside ${layers} that did` : ''
      return {
        fault: `is a Fernet token that does not open: another secret, salt or count of rounds, or damaged${where}`,
      }
    }
    value = unquoteBytes(opened.trim())
    layers += 1
  }
  if (isEncrypted && layers === 0) return { fault: 'is said to be encrypted, and is no Fernet token' }
  return { value, layers }
}

/** Python writes bytes as `b'…'` where somebody forgot to decode them. */
const unquoteBytes = (text: string): string => /^b(['"])(.*)\1$/s.exec(text)?.[2] ?? text

/** Why a value that was not encrypted can be no key; undefined where it can. */
export function findImplausibility(value: string): string | undefined {
  if (value === '' || NOTHING.test(value)) return 'is a placeholder'
  if (value.length < 8) return 'is too short to be a key'
  if (/\s/.test(value)) return 'has blanks in it'
  if (CIPHERTEXT.test(value) || LONG_BASE64.test(value)) return 'looks like a ciphertext of another kind'
  return new Set(value).size < 4 ? 'is a placeholder' : undefined
}
