import { checkNode } from './lib/check-node.mjs'
import { ensureInstalled } from './lib/ensure-installed.mjs'
import { neutralEnvironment } from './lib/environment.mjs'
import { inRoot } from './lib/paths.mjs'
import { runChild } from './lib/run-child.mjs'

checkNode()
await ensureInstalled()
// No types of documents: their ids are numbers on SQLite and text on MongoDB, and one file can only say one of them.
for (const command of [['generate:importmap'], ['migrate:create', '--skip-empty']]) {
  console.log(`payload ${command.join(' ')}`)
  const code = await runChild(
    process.execPath,
    ['--conditions=production', inRoot('node_modules/payload/bin.js'), ...command],
    {
      env: neutralEnvironment({ NODE_ENV: 'production' }),
    },
  )
  if (code !== 0) process.exit(code)
}
