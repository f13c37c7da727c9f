import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { neutralEnvironment } from './environment.mjs'
import { inRoot, root } from './paths.mjs'
import { runChild } from './run-child.mjs'
import { hashSources } from './source-hash.mjs'

const hashFile = () => inRoot('.next/patchbay-source-hash')

/** Whether the production build is there and made from the present sources. */
export function isBuilt() {
  if (!existsSync(inRoot('.next/BUILD_ID')) || !existsSync(hashFile())) return false
  return readFileSync(hashFile(), 'utf8') === hashSources(root)
}

/** Makes the production build. It depends on the sources alone. Ends the process where it fails. */
export async function build() {
  const hash = hashSources(root)
  rmSync(hashFile(), { force: true })
  console.log('Building the admin panel: about two minutes on two cores, again only when the sources change.')
  const code = await runChild(process.execPath, [inRoot('node_modules/next/dist/bin/next'), 'build'], {
    env: neutralEnvironment({ NODE_ENV: 'production' }),
    waiting: 'still building',
  })
  if (code !== 0) {
    console.error('The build failed: the lines above say why.')
    process.exit(code)
  }
  writeFileSync(hashFile(), hash)
}

/** Makes the production build unless a fresh one is there. */
export async function ensureBuilt() {
  if (!isBuilt()) await build()
}
