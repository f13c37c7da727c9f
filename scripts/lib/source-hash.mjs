import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** What a build is made from. */
export const BUILD_SOURCES = [
  'src',
  'plugins',
  'payload.config.ts',
  'next.config.mjs',
  'package-lock.json',
  'tsconfig.json',
]

const isLeftOut = (path) => /\.test\.tsx?$|(^|\/)(fixtures|__snapshots__)(\/|$)|^src\/testing\/|\.md$/.test(path)

/**
 * A hash over names and contents of everything a build is made from; tests, fixtures and documents do not count.
 * @param {string} root the checkout
 * @param {string[]} [sources] files and folders in it; absent ones are skipped
 * @returns {string} 64 hex characters
 */
export function hashSources(root, sources = BUILD_SOURCES) {
  const hash = createHash('sha256')
  for (const path of sources.flatMap((source) => listFiles(root, source))) {
    hash.update(`${path}\0`).update(
      createHash('sha256')
        .update(readFileSync(join(root, path)))
        .digest(),
    )
  }
  return hash.digest('hex')
}

function listFiles(root, path) {
  const absolute = join(root, path)
  if (isLeftOut(path) || !existsSync(absolute)) return []
  if (!statSync(absolute).isDirectory()) return [path]
  const names = readdirSync(absolute).sort()
  return names.flatMap((name) => listFiles(root, `${path}/${name}`))
}
