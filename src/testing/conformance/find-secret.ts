import type { ProviderManifest } from '../../provider-kit/index.ts'
import { formsOf } from '../../log/secret-forms.ts'

/** Everything that a value says, in one text: errors with stack and cause, keys of objects, bytes as characters. */
export function textOf(value: unknown, seen = new Set<unknown>()): string {
  if (typeof value === 'string') return value
  if (value instanceof Uint8Array) return Buffer.from(value).toString('latin1')
  if (typeof value !== 'object' || value === null || seen.has(value)) return String(value)
  seen.add(value)
  const parts: unknown[] = []
  if (value instanceof Map || value instanceof Set || Array.isArray(value)) parts.push(...value)
  // Message, stack and cause of an error are not enumerable.
  for (const name of Object.getOwnPropertyNames(value)) parts.push(name, (value as Record<string, unknown>)[name])
  return parts.map((part) => textOf(part, seen)).join('\n')
}

/** The names of the secret fields: all that are not marked otherwise. */
export const secretFieldsOf = ({ credentials }: ProviderManifest): string[] =>
  Object.entries(credentials.shape).flatMap(([name, schema]) =>
    (schema as { meta(): { secret?: boolean } | undefined }).meta()?.secret === false ? [] : [name],
  )

/**
 * Looks for the secrets of some credentials in whatever way they may be written: plain, reversed, percent-encoded, in
 * hex, in base64 at any place of a longer text.
 * @returns the names of the fields whose secret was found; never the secret
 */
export function findSecrets(
  said: unknown,
  { plugin, credentials }: { plugin: ProviderManifest; credentials: Readonly<Record<string, string>> },
): string[] {
  const text = textOf(said)
  return secretFieldsOf(plugin).filter((field) => {
    const secret = credentials[field]
    return secret !== undefined && formsOf(secret).some((form) => form.length >= 8 && text.includes(form))
  })
}
