import { readFileSync } from 'node:fs'
import { EnvironmentError } from './environment-error.ts'
import { readKey } from './secret-rules.ts'

/** Where the key-encryption key lies in a file. */
export type EncryptionKeyFile = {
  /** Absolute path. */
  path: string
  /** Whether the product made the file itself and may change it: `data/secrets.json`. */
  isGenerated: boolean
  /** Whether placeholders are refused as the key that writes. */
  refusePlaceholders: boolean
}

/**
 * A file of `ENCRYPTION_KEY_FILE`, such as a secret that Docker or Kubernetes mounts: one key a line, the first one
 * writes, further ones only read; blank lines and lines that begin with `#` do not count. It is never written to.
 */
export const openKeyFile = ({ path, refusePlaceholders }: EncryptionKeyFile) => ({
  path,
  /** @throws EnvironmentError where the file cannot be read, or a line of it is no key */
  read(): { current: Buffer; others: Buffer[] } {
    const lines = readText(path)
      .split('\n')
      .map((line) => line.trim())
    const [first, ...rest] = lines.filter((line) => line !== '' && !line.startsWith('#'))
    const label = (place: number) => `Key ${place} of ENCRYPTION_KEY_FILE`
    return {
      current: readKey({ label: label(1), value: first ?? '', refusePlaceholders }),
      others: rest.map((value, index) => readKey({ label: label(index + 2), value, refusePlaceholders: false })),
    }
  },
})

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error'
    throw new EnvironmentError({
      variable: 'ENCRYPTION_KEY_FILE',
      message: `ENCRYPTION_KEY_FILE names ${path}, which cannot be read (${code}).`,
    })
  }
}
