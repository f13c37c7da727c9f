import { resolve } from 'node:path'
import { EnvironmentError } from './environment-error.ts'
import { readOrCreateSecrets, secretsFileIn } from './generated-secrets.ts'
import type { EncryptionKeyFile } from './key-file.ts'
import { openKeyFile } from './key-file.ts'
import { checkDeploymentSecret, failMissingSecret, readKey } from './secret-rules.ts'

export type Secrets = {
  payloadSecret: string
  encryptionKey: Buffer
  encryptionKeysRetired: Buffer[]
  encryptionKeyFile?: EncryptionKeyFile
  generatedSecretsFile?: string
}

type SecretVariables = {
  PAYLOAD_SECRET?: string
  ENCRYPTION_KEY?: string
  ENCRYPTION_KEY_FILE?: string
  ENCRYPTION_KEYS_RETIRED?: string
}
type ReadOptions = { variables: SecretVariables; isDeployment: boolean; cwd: string }

/**
 * Takes the secrets from variables, from the file that one of them names, and, on one's own machine alone, from
 * `data/secrets.json`.
 * @throws EnvironmentError where one is missing or cannot be used
 */
export function readSecrets({ variables, isDeployment, cwd }: ReadOptions): Secrets {
  const { PAYLOAD_SECRET, ENCRYPTION_KEYS_RETIRED } = variables
  if (isDeployment) {
    checkDeploymentSecret({ variable: 'PAYLOAD_SECRET', value: PAYLOAD_SECRET ?? failMissingSecret('PAYLOAD_SECRET') })
  }
  const given = readGivenKey({ variables, isDeployment, cwd })
  if (isDeployment && !given) failMissingSecret('ENCRYPTION_KEY')
  const encryptionKeysRetired = readRetiredKeys(ENCRYPTION_KEYS_RETIRED)
  const generatedFile = PAYLOAD_SECRET && given ? undefined : secretsFileIn(cwd)
  const generated = generatedFile === undefined ? undefined : readOrCreateSecrets(generatedFile)
  const { encryptionKey, encryptionKeyFile } = given ?? {
    encryptionKey: readKey({
      label: 'ENCRYPTION_KEY',
      value: generated?.encryptionKey ?? '',
      refusePlaceholders: false,
    }),
    encryptionKeyFile: { path: generatedFile ?? '', isGenerated: true, refusePlaceholders: false },
  }
  return {
    payloadSecret: PAYLOAD_SECRET ?? generated?.payloadSecret ?? '',
    encryptionKey,
    encryptionKeysRetired: encryptionKeysRetired.filter((key) => !key.equals(encryptionKey)),
    encryptionKeyFile,
    generatedSecretsFile: generatedFile,
  }
}

/** The key that whoever operates the product brought. */
function readGivenKey({ variables, isDeployment: refusePlaceholders, cwd }: ReadOptions) {
  const { ENCRYPTION_KEY: value, ENCRYPTION_KEY_FILE: path } = variables
  if (value && path) {
    throw new EnvironmentError({
      variable: 'ENCRYPTION_KEY_FILE',
      message: 'ENCRYPTION_KEY and ENCRYPTION_KEY_FILE are both set: unset one of them.',
    })
  }
  if (value) return { encryptionKey: readKey({ label: 'ENCRYPTION_KEY', value, refusePlaceholders }) }
  if (!path) return undefined
  const encryptionKeyFile = { path: resolve(cwd, path), isGenerated: false, refusePlaceholders }
  return { encryptionKey: openKeyFile(encryptionKeyFile).read().current, encryptionKeyFile }
}

/** A retired key may be a weak one: being weak is a reason to retire it. */
function readRetiredKeys(list: string | undefined): Buffer[] {
  const entries = (list ?? '').split(',').map((entry) => entry.trim())
  return entries
    .filter((entry) => entry !== '')
    .map((value, index) =>
      readKey({ label: `Entry ${index + 1} of ENCRYPTION_KEYS_RETIRED`, value, refusePlaceholders: false }),
    )
}
