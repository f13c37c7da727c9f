import { readFileSync } from 'node:fs'

/**
 * Reads recorded answers from a JSON file.
 * @param secrets what stands in the file for a secret, and the secret that is to stand there: `{ KEY: 'sk_…' }`
 */
export function readFixtures<Fixtures>(file: URL, secrets: Readonly<Record<string, string>> = {}): Fixtures {
  const text = Object.entries(secrets).reduce(
    (recorded, [placeholder, secret]) => recorded.replaceAll(placeholder, secret),
    readFileSync(file, 'utf8'),
  )
  return JSON.parse(text) as Fixtures
}
