import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { parseModule } from './parse-module.ts'
import type { SourceModule } from './parse-module.ts'

/** Where the rules of the house hold. */
const SOURCES = ['payload.config.ts', 'src', 'plugins', 'simulators', 'bench']

/**
 * Reads every TypeScript file that the rules of the house hold for, generated ones apart.
 * @param root the checkout
 */
export function readModules(root: string): SourceModule[] {
  const paths = SOURCES.flatMap((path) => listFiles(root, path)).filter((path) => /(?<!\.d)\.tsx?$/.test(path))
  return paths.map((path) => parseModule({ path, source: readFileSync(join(root, path), 'utf8') }))
}

function listFiles(root: string, path: string): string[] {
  const absolute = join(root, path)
  if (!existsSync(absolute) || path === 'src/payload-types.ts' || path === 'src/migrations') return []
  if (!statSync(absolute).isDirectory()) return [path]
  return readdirSync(absolute)
    .sort()
    .flatMap((name) => listFiles(root, `${path}/${name}`))
}
