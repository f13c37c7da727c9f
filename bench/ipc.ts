import { execFileSync, fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** What one process of the benchmark offers to the one that started it. Arguments and results are JSON. */
export type Api = Record<string, (argument: never) => unknown>

type Request = { id: number; method: string; argument: unknown }
/** Of what a process that ended has written, so many lines are shown. */
const LAST_LINES = 30

type Response = { id: number; result?: unknown; error?: string }

/** Answers the parent's requests until it goes away. */
export function serve(api: Api): void {
  process.on('message', async ({ id, method, argument }: Request) => {
    const response: Response = { id }
    try {
      response.result = await (api[method] as (argument: unknown) => unknown)(argument)
    } catch (error) {
      response.error = error instanceof Error ? (error.stack ?? error.message) : String(error)
    }
    process.send?.(response)
  })
  process.on('disconnect', () => process.exit(0))
  process.send?.('ready')
}

export type Child<Methods extends Api> = {
  call<Name extends keyof Methods & string>(
    method: Name,
    ...argument: Parameters<Methods[Name]>
  ): Promise<Awaited<ReturnType<Methods[Name]>>>
  /** Lets the process go and waits until it has gone. */
  stop(): Promise<void>
}

type StartOptions = {
  /** Beside this file. */
  file: string
  nodeOptions?: readonly string[]
  /** Where its output goes; this process's own by default. */
  logFile?: string
  /** CPUs that it is bound to as `taskset` writes them, `0` or `1-3`. */
  cpus?: string
}

/** Starts one process of the benchmark. A process that dies rejects what was asked of it. */
export async function startChild<Methods extends Api>(options: StartOptions): Promise<Child<Methods>> {
  const child = spawnChild(options)
  const code = await new Promise<number | null | undefined>((resolve) => {
    child.once('message', () => resolve(undefined))
    child.once('exit', resolve)
  })
  if (code !== undefined) throw new Error(describeEnd(options, code))
  return createClient(child, options)
}

function spawnChild({ file, nodeOptions = [], logFile, cpus }: StartOptions): ChildProcess {
  const log = logFile === undefined ? undefined : openSync(logFile, 'a')
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), {
    // Without the condition Lexical's top-level await now and then ends the process before any code ran.
    execArgv: ['--conditions=production', '--import', 'tsx', ...nodeOptions],
    stdio: ['ignore', log ?? 'inherit', log ?? 'inherit', 'ipc'],
  })
  if (log !== undefined) closeSync(log)
  if (cpus !== undefined) execFileSync('taskset', ['-a', '-c', '-p', cpus, String(child.pid)], { stdio: 'ignore' })
  return child
}

/** What a process said last is the best hint at why it ended. */
function describeEnd({ file, logFile }: StartOptions, code: number | null): string {
  const lines = logFile === undefined ? [] : readFileSync(logFile, 'utf8').split('\n').slice(-LAST_LINES)
  return [`${file} ended with code ${code}`, ...lines].join('\n')
}

function createClient<Methods extends Api>(child: ChildProcess, options: StartOptions): Child<Methods> {
  const waiting = new Map<number, { resolve(result: unknown): void; reject(error: Error): void }>()
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  let serial = 0

  child.on('message', ({ id, result, error }: Response) => {
    const waiter = waiting.get(id)
    waiting.delete(id)
    if (error === undefined) waiter?.resolve(result)
    else waiter?.reject(new Error(error))
  })
  child.once('exit', (code) => {
    for (const { reject } of waiting.values()) reject(new Error(describeEnd(options, code)))
    waiting.clear()
  })

  return {
    call: (method, argument?) =>
      new Promise((resolve, reject) => {
        const id = ++serial
        waiting.set(id, { resolve: resolve as (result: unknown) => void, reject })
        child.send({ id, method, argument } satisfies Request)
      }),
    async stop() {
      if (child.connected) child.disconnect()
      await gone
    },
  }
}
