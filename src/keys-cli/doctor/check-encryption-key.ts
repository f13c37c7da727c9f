import type { Payload } from 'payload'
import { compositionOf } from '../../composition.ts'
import type { Environment } from '../../env/index.ts'
import { decodeKey, isPlaceholderKey, readKey } from '../../env/secret-rules.ts'
import { checkCanary, isVaultError } from '../../vault/index.ts'
import type { PageLine } from '../output/page.ts'
import { DOCUMENTED_KEYS } from './documented-keys.ts'

type CheckOptions = { payload: Payload; environment: Environment; env: Readonly<Record<string, string | undefined>> }

/** Whether the key-encryption key is the one that the data needs, and whether it is a good one. */
export async function checkEncryptionKey(options: CheckOptions): Promise<PageLine[]> {
  const { payload } = options
  const { currentId } = compositionOf(payload).vault.keyRing
  const { encryptionKeyFile } = options.environment
  const place = encryptionKeyFile ? encryptionKeyFile.path : 'ENCRYPTION_KEY'
  const fault = findWeakness(options)
  return [
    await openCanary(payload),
    fault
      ? {
          level: 'problem',
          title: 'Encryption key',
          text: `${currentId}, from ${place}, ${fault}`,
          todo: 'Make another one and rotate to it: docs/keys-command.md says how.',
        }
      : { level: 'ok', title: 'Encryption key', text: `${currentId}, from ${place}.` },
  ]
}

async function openCanary(payload: Payload): Promise<PageLine> {
  const title = 'Canary'
  try {
    await checkCanary(payload)
    return { level: 'ok', title, text: 'The vault opens with the encryption key that was given.' }
  } catch (error) {
    if (!isVaultError(error)) throw error
    return { level: 'problem', title, text: error.message }
  }
}

function findWeakness({ environment, env }: CheckOptions): string | undefined {
  const { encryptionKey, encryptionKeyFile, payloadSecret } = environment
  if (payloadSecret === env.ENCRYPTION_KEY || decodeKey(payloadSecret)?.equals(encryptionKey)) {
    return 'is the same as PAYLOAD_SECRET: who learns the one has the other.'
  }
  if (DOCUMENTED_KEYS.has(encryptionKey.toString('hex'))) return 'was copied from documentation: everybody knows it.'
  const isTyped = isPlaceholderKey(encryptionKey) || (!encryptionKeyFile && isPlaceholderText(env.ENCRYPTION_KEY ?? ''))
  return isTyped ? 'is a placeholder or was typed, not drawn at random: it can be guessed.' : undefined
}

function isPlaceholderText(value: string): boolean {
  try {
    readKey({ label: 'ENCRYPTION_KEY', value: value.trim(), refusePlaceholders: true })
    return false
  } catch {
    return value.trim() !== ''
  }
}
