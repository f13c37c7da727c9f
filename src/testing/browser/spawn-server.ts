import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'

/** How long the server may take to start, in ms. */
const START_DEADLINE_MS = 90_000

export type SpawnedServer = {
  /** `http://localhost:<port>`. */
  url: string
  /** What it printed so far. */
  output(): string
  /** Ends it as an operator would. @returns its exit code */
  close(): Promise<number | null>
}

/**
 * Starts the built product in a process of its own, over a scratch database and on a free port.
 * @param options.environment variables beside the usual ones
 * @throws Error with what it printed when it does not start
 */
export async function spawnServer({
  environment = {},
}: {
  environment?: Record<string, string>
} = {}): Promise<SpawnedServer> {
  const directory = mkdtempSync(path.join(tmpdir(), 'patchbay-browser-'))
  const port = await findFreePort()
  const url = `http://localhost:${port}`
  const child = spawn(process.execPath, ['--conditions=production', '--import', 'tsx', 'src/server/main.ts'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      NODE_OPTIONS: '',
      NODE_ENV: 'production',
      NEXT_TELEMETRY_DISABLED: '1',
      PORT: String(port),
      PUBLIC_URL: url,
      DATABASE_URI: `file:${path.join(directory, 'patchbay.db')}`,
      PAYLOAD_SECRET: randomBytes(32).toString('base64'),
      ENCRYPTION_KEY: randomBytes(32).toString('base64'),
      LOG_LEVEL: 'warn',
      ...environment,
    },
  })
  // Whatever ends this process leaves no server behind.
  const kill = () => child.kill('SIGKILL')
  process.once('exit', kill)
  let output = ''
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve))
  const close = async () => {
    child.kill('SIGTERM')
    const code = await exited
    process.off('exit', kill)
    rmSync(directory, { recursive: true, force: true })
    return code
  }

  const ready = new Promise<void>((resolve, reject) => {
    const take = (chunk: Buffer) => {
      output += chunk
      if (output.includes('Patchbay is ready')) resolve()
    }
    child.stdout.on('data', take)
    child.stderr.on('data', take)
    void exited.then((code) => reject(new Error(`The server ended with code ${code}:\n${output}`)))
  })
  const deadline = setTimeout(() => child.kill('SIGKILL'), START_DEADLINE_MS)
  try {
    await ready
  } catch (error) {
    rmSync(directory, { recursive: true, force: true })
    throw error
  } finally {
    clearTimeout(deadline)
  }
  return { url, output: () => output, close }
}

const findFreePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
