import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..')
const { resolve } = createRequire(import.meta.url)

export type ServerRun = {
  child: ChildProcess
  /** What it has printed so far. */
  readonly stdout: string
  readonly stderr: string
  /** Resolves with the first line of stdout that holds the text; rejects when the process ends without it. */
  prints(text: string): Promise<string>
  /** Resolves when the process has ended and its output is complete. */
  ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>
}

type RunOptions = {
  /** A TypeScript file of the checkout. */
  file: string
  args?: readonly string[]
  /** Where it runs: `data/` and relative paths lie there. */
  cwd: string
  /** The variables that it has; of this process's own only PATH and the like. */
  env: Record<string, string>
}

/** Runs a server as a process of its own, as `npm start` does, with nothing of this machine's settings. */
export function runServer({ file, args = [], cwd, env }: RunOptions): ServerRun {
  const { PATH = '', HOME = '', TMPDIR = '/tmp' } = process.env
  const child = spawn(
    process.execPath,
    ['--conditions=production', '--import', resolve('tsx'), path.join(root, file), ...args],
    {
      cwd,
      env: {
        PATH,
        HOME,
        TMPDIR,
        NODE_ENV: 'production',
        NEXT_TELEMETRY_DISABLED: '1',
        TSX_TSCONFIG_PATH: path.join(root, 'tsconfig.json'),
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  const output = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      output[name] += text
    })
  }
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal }))
  return {
    child,
    get stdout() {
      return output.stdout
    },
    get stderr() {
      return output.stderr
    },
    ended,
    prints: (text) =>
      new Promise((resolvePrinted, reject) => {
        const look = () => {
          const line = output.stdout.split('\n').find((candidate) => candidate.includes(text))
          if (line !== undefined) resolvePrinted(line)
        }
        child.stdout.on('data', look)
        look()
        void ended.then(() => reject(new Error(`The server ended without "${text}".\n${output.stderr}`)))
      }),
  }
}
