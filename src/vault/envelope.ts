import { seal, unseal } from './aes-gcm.ts'
import { VaultError } from './vault-error.ts'

/** What a ciphertext belongs to. It opens nowhere else. */
export type CredentialContext = {
  /** Tenant id as text. */
  tenant: string
  /** Public id of the credential. */
  credential: string
  /** Provider id. */
  provider: string
  /** 1 for the first text stored under this credential id. */
  version: number
}

/** Version, id of the data key (24 hex digits), then nonce, ciphertext and tag as base64url. */
const ENVELOPE = /^pb1\.([0-9a-f]{24})\.([A-Za-z0-9_-]{39,87400})$/

/** The additional data in its one canonical form: JSON, keys in this order. */
const contextBytes = ({ tenant, credential, provider, version }: CredentialContext): Buffer =>
  Buffer.from(JSON.stringify({ v: 1, tenant, credential, provider, version }))

/** Encrypts one credential under a data key, bound to its context. */
export function sealEnvelope(options: {
  plaintext: Buffer
  key: Buffer
  keyId: string
  context: CredentialContext
}): string {
  const { plaintext, key, keyId, context } = options
  return `pb1.${keyId}.${seal({ key, plaintext, context: contextBytes(context) }).toString('base64url')}`
}

/**
 * The id of the data key that an envelope needs.
 * @throws VaultError `malformed_envelope`
 */
export const keyIdOfEnvelope = (envelope: string): string => parse(envelope).keyId

/**
 * @throws VaultError `malformed_envelope` where it is not of the one form that is written, `does_not_open` where key,
 *   context or any byte is not the one it was sealed with
 */
export function openEnvelope({
  envelope,
  key,
  context,
}: {
  envelope: string
  key: Buffer
  context: CredentialContext
}): Buffer {
  const { sealed } = parse(envelope)
  try {
    return unseal({ key, sealed, context: contextBytes(context) })
  } catch {
    throw new VaultError({ code: 'does_not_open', message: 'The stored key does not open.' })
  }
}

function parse(envelope: string): { keyId: string; sealed: Buffer } {
  const [, keyId, text] = ENVELOPE.exec(envelope) ?? []
  const sealed = Buffer.from(text ?? '', 'base64url')
  // Two texts that decode to the same bytes would be two forms of one envelope.
  if (keyId === undefined || sealed.toString('base64url') !== text) {
    throw new VaultError({ code: 'malformed_envelope', message: 'The stored key has not the form of an envelope.' })
  }
  return { keyId, sealed }
}
