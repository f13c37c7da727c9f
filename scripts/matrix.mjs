import { checkNode } from './lib/check-node.mjs'
import { ensureInstalled } from './lib/ensure-installed.mjs'
import { runTypeScript } from './lib/run-child.mjs'

checkNode()
await ensureInstalled()
process.env.NODE_ENV = 'production'
process.env.NEXT_TELEMETRY_DISABLED = '1'
process.exit(await runTypeScript('bench/matrix/main.ts', process.argv.slice(2)))
