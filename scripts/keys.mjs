import { checkNode } from './lib/check-node.mjs'
import { ensureInstalled } from './lib/ensure-installed.mjs'
import { loadEnvFiles } from './lib/environment.mjs'
import { runTypeScript } from './lib/run-child.mjs'

// Standard output is the report's alone.
console.log = console.error
checkNode()
await ensureInstalled()
process.env.NODE_ENV = 'production'
loadEnvFiles({ isDevelopment: false })
process.exit(await runTypeScript('src/keys-cli/main.ts', process.argv.slice(2)))
