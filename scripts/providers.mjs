import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkNode } from './lib/check-node.mjs'
import { ensureInstalled } from './lib/ensure-installed.mjs'
import { neutralEnvironment } from './lib/environment.mjs'
import { inRoot } from './lib/paths.mjs'
import { runChild, runTypeScript } from './lib/run-child.mjs'

// Runs the conformance tests of every provider and writes docs/providers.md from what they proved.
checkNode()
await ensureInstalled()
const reports = mkdtempSync(join(tmpdir(), 'patchbay-providers-'))
const env = neutralEnvironment({
  NODE_OPTIONS: [process.env.NODE_OPTIONS, '--experimental-vm-modules', '--no-deprecation'].filter(Boolean).join(' '),
  NODE_ENV: 'test',
  CONFORMANCE_REPORTS: reports,
})
const jest = inRoot('node_modules/jest/bin/jest.js')
const args = [
  jest,
  '--selectProjects=unit',
  '--maxWorkers=2',
  '--testPathPatterns',
  '^.*/plugins/[^/]+/conformance\\.test\\.ts$',
]
const failed = await runChild(process.execPath, args, { env })
const code = failed || (await runTypeScript('src/testing/providers-doc/main.ts', [reports]))
rmSync(reports, { recursive: true })
process.exit(code)
