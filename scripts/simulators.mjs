import { checkNode } from './lib/check-node.mjs'
import { ensureInstalled } from './lib/ensure-installed.mjs'
import { runTypeScript } from './lib/run-child.mjs'

checkNode()
await ensureInstalled()
process.exit(await runTypeScript('simulators/main.ts', process.argv.slice(2)))
