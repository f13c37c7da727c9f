import { build, isBuilt } from './lib/ensure-built.mjs'
import { checkNode } from './lib/check-node.mjs'
import { ensureInstalled } from './lib/ensure-installed.mjs'
import { loadEnvFiles } from './lib/environment.mjs'
import { runTypeScript } from './lib/run-child.mjs'

checkNode()
await ensureInstalled()
process.env.NODE_ENV = 'production'
process.env.NEXT_TELEMETRY_DISABLED = '1'
loadEnvFiles({ isDevelopment: false })

if (!isBuilt()) {
  // A wrong setting is told now, not after two minutes of building.
  const code = await runTypeScript('src/env/check-environment.ts', [])
  if (code !== 0) process.exit(code)
  await build()
}
console.log('Starting Patchbay.')
process.exit(await runTypeScript('src/server/main.ts', process.argv.slice(2)))
