import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

const SCRIPT = 'src/testing/create-template-database.ts'

/** Makes the template database once per run; `TEMPLATE_DATABASE` tells the suites where it lies. */
export default function globalSetup(): void {
  const directory = mkdtempSync(path.join(tmpdir(), 'patchbay-template-'))
  process.on('exit', () => rmSync(directory, { recursive: true, force: true }))
  const file = path.join(directory, 'template.db')
  const { status, signal, error, stdout, stderr } = spawnSync(
    process.execPath,
    ['--conditions=production', '--import', 'tsx', SCRIPT, file],
    {
      env: { ...process.env, NODE_ENV: 'test', NODE_OPTIONS: '' },
      encoding: 'utf8',
    },
  )
  if (error) throw error
  if (status !== 0) {
    const said = [stdout, stderr].map((text) => text.trim()).filter(Boolean)
    const end = signal ? `was ended by ${signal}` : `ended with code ${status}`
    throw new Error(`${SCRIPT} ${end}.\n${said.join('\n') || 'It said nothing.'}`)
  }
  process.env.TEMPLATE_DATABASE = file
}
