import type { Environment } from '../../env/index.ts'
import type { Registry } from '../../registry/index.ts'
import type { PageLine } from '../output/page.ts'

type CheckOptions = {
  environment: Environment
  registry: Registry
  env: Readonly<Record<string, string | undefined>>
}

/** Provider keys in the environment: by their names, and whether anything reads them. */
export function checkVariables({ environment, registry, env }: CheckOptions): PageLine {
  const title = 'Environment'
  const names = registry
    .list()
    .map(({ id }) => `${id.toUpperCase()}_API_KEY`)
    .filter((name) => (env[name] ?? '').trim() !== '')
  const isRead = environment.keySource === 'dev-env'
  if (isRead) {
    return {
      level: 'warning',
      title,
      text: `KEY_SOURCE=dev-env: ${names.length > 0 ? `${names.join(', ')} fill in for keys that are not stored` : 'no provider key is set'}.`,
      todo: 'For one developer on one machine alone.',
    }
  }
  if (names.length === 0) return { level: 'ok', title, text: 'It holds no provider key.' }
  return {
    level: 'warning',
    title,
    text: `It holds provider keys, which nothing reads: ${names.join(', ')}.`,
    todo: 'Take them out of the variables and .env files of this server.',
  }
}
