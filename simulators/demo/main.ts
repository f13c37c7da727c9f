import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync } from 'node:fs'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { runScriptedCall } from '../scripted-call.ts'
import { STAGE_PERSON, openStage } from '../stage.ts'
import { prepareWorkspace } from './prepare-workspace.ts'

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..')
const port = Number(process.env.PORT ?? 3000)
const url = `http://localhost:${port}`

mkdirSync(path.join(root, 'data'), { recursive: true })
const scratch = mkdtempSync(path.join(root, 'data', 'demo-'))
const stage = await openStage()
const product = spawn(
  process.execPath,
  ['--conditions=production', '--import', 'tsx', path.join(root, 'src/server/main.ts')],
  {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...process.env,
      ...stage.baseUrls,
      NODE_ENV: 'production',
      LOG_LEVEL: 'warn',
      PORT: String(port),
      PUBLIC_URL: url,
      DATABASE_URI: `file:${path.join(scratch, 'demo.db')}`,
    },
  },
)

let isStopping = false
const stop = async (code: number) => {
  isStopping = true
  await stage.close()
  if (product.exitCode === null) product.kill('SIGTERM')
  else process.exit(code)
}
product.once('exit', (code) => {
  if (!isStopping) console.error(`The product ended by itself with code ${code}.`)
  process.exit(code ?? 0)
})
process.on('SIGINT', () => void stop(0))
process.on('SIGTERM', () => void stop(0))

try {
  await untilReady()
  const workspace = await prepareWorkspace({ url, stage })
  console.log(`
A ready workspace on a scratch database, with simulated providers behind it:

  open      ${url}/admin
  sign in   ${workspace.email}
  password  ${workspace.password}
  call out  to ${STAGE_PERSON}, from the agent's page
`)
  await makeCall(workspace.number)
  console.log('Press Enter for another call, Ctrl+C to stop.')
  for await (const _line of createInterface({ input: process.stdin })) await makeCall(workspace.number)
} catch (error) {
  console.error(error)
  await stop(1)
}

/** Two turns and an interruption, as the simulated carrier hears and records them. */
async function makeCall(number: string): Promise<void> {
  const { call, heard } = await runScriptedCall({
    carrier: stage.carrier,
    place: { account: stage.account, from: '+13125550142', to: number },
    lines: [{ say: 'opening-hours' }, { say: 'wait-actually', interrupting: true }, { say: 'book-table' }],
    onEvent: (sentence) => console.log(`  ${sentence}`),
  })
  const recording = path.join(scratch, `call-${Date.now()}.wav`)
  call.recording.writeWav(recording)
  console.log(`
The caller heard: ${heard.trim()}
The carrier's recording: ${recording}
The record: ${url}/admin/collections/calls
`)
}

async function untilReady(): Promise<void> {
  const deadline = Date.now() + 60_000
  for (;;) {
    const isReady = await fetch(`${url}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    )
    if (isReady) return
    if (Date.now() > deadline) throw new Error('The product did not become ready.')
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}
