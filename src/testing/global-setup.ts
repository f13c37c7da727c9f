import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

/** Makes the template database once per run; `TEMPLATE_DATABASE` tells the suites where it lies. */
export default function globalSetup(): void {
  const directory = mkdtempSync(path.join(tmpdir(), 'patchbay-template-'))
  const file = path.join(directory, 'template.db')
  execFileSync(process.execPath, ['--import', 'tsx', 'src/testing/create-template-database.ts', file], {
    env: { ...process.env, NODE_ENV: 'test', NODE_OPTIONS: '' },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  process.env.TEMPLATE_DATABASE = file
  process.on('exit', () => rmSync(directory, { recursive: true, force: true }))
}
