import { checkNode } from './lib/check-node.mjs'
import { ensureInstalled } from './lib/ensure-installed.mjs'
import { neutralEnvironment } from './lib/environment.mjs'
import { inRoot } from './lib/paths.mjs'
import { runChild } from './lib/run-child.mjs'

checkNode()
await ensureInstalled()
for (const command of ['generate:types', 'generate:importmap']) {
  console.log(`payload ${command}`)
  const code = await runChild(process.execPath, [inRoot('node_modules/payload/bin.js'), command], {
    env: neutralEnvironment({ NODE_ENV: 'production' }),
  })
  if (code !== 0) process.exit(code)
}
