import { build } from './lib/ensure-built.mjs'
import { checkNode } from './lib/check-node.mjs'
import { ensureInstalled } from './lib/ensure-installed.mjs'

checkNode()
await ensureInstalled()
await build()
