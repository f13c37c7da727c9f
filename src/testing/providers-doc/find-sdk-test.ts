import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * The test of a provider that uses its official package.
 * @param options.root of the repository
 * @returns its path, and the version that package.json pins; undefined where there is none
 */
export function findSdkTest({ root, provider, sdk }: { root: string; provider: string; sdk: string }) {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>
    devDependencies: Record<string, string>
  }
  const version = manifest.devDependencies[sdk] ?? manifest.dependencies[sdk]
  for (const folder of [`simulators/${provider}`, `plugins/${provider}`]) {
    for (const entry of readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })) {
      if (!entry.endsWith('.ts')) continue
      const text = readFileSync(join(root, folder, entry), 'utf8')
      if (version && new RegExp(`from '${sdk}(/[^']*)?'`).test(text)) return { file: `${folder}/${entry}`, version }
    }
  }
  return undefined
}
