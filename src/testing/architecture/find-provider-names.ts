import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Files that name providers, each with its reason. Everywhere else what is known of a provider comes from its manifest,
 * so that adding one changes its folder and the list of plugins, nothing else.
 */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  'src/keys-cli/scan/key-shapes.ts': 'tells whose keys they look like when an older system is taken over',
  'src/net/endpoint-address.ts': 'names hosts by which clouds hand out the credentials of a machine',
  'src/log/scrub-line.ts': 'knows the beginnings of keys, as the last line of defence behind what the registry knows',
}

const isProduct = (path: string): boolean =>
  /\.(tsx?|s?css)$/.test(path) &&
  !/\.test\.tsx?$|\/testing\/|^src\/(testing|migrations|attack)\/|^src\/payload-types\.ts$/.test(path) &&
  !(path in EXCEPTIONS)

/** The code without its comments, which may give examples; addresses in texts are no comments. */
const withoutComments = (source: string): string =>
  source.replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, '')).replace(/(^|[^:])\/\/.*$/gm, '$1')

/**
 * @param sources product code by path
 * @param names ids and names of the installed providers
 * @returns `src/a.ts:3 names deepgram` for every line that names one
 */
export function findProviderNames(sources: Readonly<Record<string, string>>, names: readonly string[]): string[] {
  const words = [...new Set(names.map((name) => name.toLowerCase()))].map((name) => name.replace(/[^a-z0-9]/g, '\\$&'))
  // A protocol that many servers speak bears a provider's name.
  const pattern = new RegExp(`(?<![a-z])(${words.join('|')})(?![a-z]|-compatible|['’]s API)`, 'i')
  return Object.entries(sources).flatMap(([path, source]) =>
    withoutComments(source)
      .split('\n')
      .flatMap((line, index) => {
        const found = pattern.exec(line)
        return found ? [`${path}:${index + 1} names ${found[0]}`] : []
      }),
  )
}

/** The product's own code by path, but for plugins, tests and the reasoned exceptions. */
export function readProductSources(root: string, path = 'src'): Record<string, string> {
  if (!statSync(join(root, path)).isDirectory()) {
    return isProduct(path) ? { [path]: readFileSync(join(root, path), 'utf8') } : {}
  }
  const names = readdirSync(join(root, path))
  return Object.assign({}, ...names.map((name) => readProductSources(root, `${path}/${name}`)))
}

/** Exceptions whose file is gone or names nobody any more. */
export const findIdleExceptions = (root: string, names: readonly string[]): string[] =>
  Object.keys(EXCEPTIONS).filter((path) => {
    const source = readFileSync(join(root, path), 'utf8')
    return findProviderNames({ [path]: source }, names).length === 0
  })
