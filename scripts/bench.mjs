import { checkNode } from './lib/check-node.mjs'
import { ensureInstalled } from './lib/ensure-installed.mjs'
import { runTypeScript } from './lib/run-child.mjs'

checkNode()
await ensureInstalled()
process.env.NODE_ENV = 'production'
process.env.NEXT_TELEMETRY_DISABLED = '1'

/** Parts of the benchmark with a command of their own; without a name the calls are measured. */
const PARTS = { vault: 'bench/vault/main.ts', health: 'bench/health/main.ts' }
const [part, ...rest] = process.argv.slice(2)
const file = PARTS[part]
process.exit(await (file ? runTypeScript(file, rest) : runTypeScript('bench/main.ts', process.argv.slice(2))))
