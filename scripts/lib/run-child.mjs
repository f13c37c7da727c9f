import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { root } from './paths.mjs'

const FORWARDED = ['SIGTERM', 'SIGINT', 'SIGHUP']

/**
 * Runs a command in the checkout with this terminal and hands it the signals that this process gets.
 * @param {string} command
 * @param {string[]} args
 * @param {{ env?: Record<string, string | undefined>, waiting?: string }} [options] `waiting` names the work in a line
 *   that is printed every 20 s, so that a silent one does not look stuck
 * @returns {Promise<number>} the exit code; 128 plus the number of the signal that ended it
 */
export function runChild(command, args, { env = process.env, waiting } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, env, stdio: 'inherit' })
    const startedAt = Date.now()
    const sayStillBusy = () => console.log(`  … ${waiting} (${Math.round((Date.now() - startedAt) / 1000)} s)`)
    const heartbeat = waiting && setInterval(sayStillBusy, 20_000)
    const forward = (signal) => {
      // A terminal sends Ctrl-C to every process in it; a second one would tell the child to hurry.
      const isFromTerminal = signal === 'SIGINT' && process.stdin.isTTY
      if (!isFromTerminal) child.kill(signal)
    }
    const stop = () => {
      clearInterval(heartbeat)
      for (const signal of FORWARDED) process.off(signal, forward)
    }
    for (const signal of FORWARDED) process.on(signal, forward)
    child.once('error', (error) => {
      stop()
      reject(error)
    })
    child.once('close', (code, signal) => {
      stop()
      resolve(code ?? 128 + constants.signals[signal])
    })
  })
}

/**
 * What Node needs to run the product's TypeScript. The condition picks the files of Lexical that need no top-level
 * await: under Node 20 the others now and then never finish loading, and the process ends with code 13 and no word.
 */
export const nodeArguments = ({ isDevelopment = false } = {}) => [
  `--conditions=${isDevelopment ? 'development' : 'production'}`,
  '--import',
  'tsx',
]

/**
 * Runs a TypeScript file of the checkout.
 * @param {string} file relative to the root
 * @param {string[]} args
 * @param {Parameters<typeof runChild>[2]} [options]
 */
export const runTypeScript = (file, args, options) =>
  runChild(process.execPath, [...nodeArguments(), file, ...args], options)
