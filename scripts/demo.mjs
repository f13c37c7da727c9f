import { build, isBuilt } from './lib/ensure-built.mjs'
import { checkNode } from './lib/check-node.mjs'
import { ensureInstalled } from './lib/ensure-installed.mjs'
import { runTypeScript } from './lib/run-child.mjs'

checkNode()
await ensureInstalled()
process.env.NEXT_TELEMETRY_DISABLED = '1'
if (!isBuilt()) await build()
console.log('Starting the demo.')
process.exit(await runTypeScript('simulators/demo/main.ts', process.argv.slice(2)))
