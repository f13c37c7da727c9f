import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..')
const { resolve } = createRequire(import.meta.url)

export type KeysRun = { code: number | null; stdout: string; stderr: string }

type RunOptions = {
  args: string[]
  /** Where it runs: `data/` and relative paths lie there. */
  cwd: string
  /** The variables that it has; of this process's own only PATH and the like. */
  env: Record<string, string>
  /** What it reads from standard input. */
  input?: string
  /** Runs the script that `npm run keys` names, in place of what that script starts. */
  isWhole?: boolean
}

/** Runs the command as a process of its own, to its end. */
export async function runKeysProcess({ args, cwd, env, input, isWhole = false }: RunOptions): Promise<KeysRun> {
  const { PATH = '', HOME = '', TMPDIR = '/tmp' } = process.env
  const start = isWhole
    ? [path.join(root, 'scripts/keys.mjs')]
    : ['--conditions=production', '--import', resolve('tsx'), path.join(root, 'src/keys-cli/main.ts')]
  const child = spawn(process.execPath, [...start, ...args], {
    cwd,
    env: { PATH, HOME, TMPDIR, NODE_ENV: 'production', TSX_TSCONFIG_PATH: path.join(root, 'tsconfig.json'), ...env },
  })
  const output = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      output[name] += text
    })
  }
  child.stdin.on('error', () => {})
  child.stdin.end(input ?? '')
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, ...output }
}
