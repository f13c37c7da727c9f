import { checkNode } from './lib/check-node.mjs'
import { ensureInstalled } from './lib/ensure-installed.mjs'
import { loadEnvFiles } from './lib/environment.mjs'
import { inRoot } from './lib/paths.mjs'
import { runChild } from './lib/run-child.mjs'

checkNode()
await ensureInstalled()
process.env.NODE_ENV = 'development'
process.env.NEXT_TELEMETRY_DISABLED = '1'
// Payload's own reload looks for Next's socket on the server that a custom one keeps it away from.
process.env.DISABLE_PAYLOAD_HMR = 'true'
loadEnvFiles({ isDevelopment: true })

const generated = ['.next', 'data', 'media', 'src/app'].map((path) => `--exclude=./${path}/**`)
console.log('Starting Patchbay for development: pages are compiled when first opened.')
const args = [
  'watch',
  '--clear-screen=false',
  ...generated,
  '--conditions=development',
  'src/server/main.ts',
  ...process.argv.slice(2),
]
process.exit(await runChild(process.execPath, [inRoot('node_modules/tsx/dist/cli.mjs'), ...args]))
