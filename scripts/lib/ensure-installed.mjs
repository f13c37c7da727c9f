import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { inRoot } from './paths.mjs'
import { runChild } from './run-child.mjs'

/**
 * Whether what npm says it installed is what the lock file asks for. Packages for other platforms are optional.
 * @param {{ packages?: Record<string, { version?: string, optional?: boolean, devOptional?: boolean }> }} lock
 * @param {{ packages?: Record<string, { version?: string }> }} installed npm's `node_modules/.package-lock.json`
 */
export function matchesLock(lock, installed) {
  const wanted = Object.entries(lock.packages ?? {}).filter(([path]) => path !== '')
  return wanted.every(([path, { version, optional }]) => {
    const found = installed.packages?.[path]
    return found ? found.version === version : optional === true
  })
}

/** Installs the dependencies unless what the lock file asks for is there. Ends the process where that fails. */
export async function ensureInstalled() {
  if (isInstalled()) return
  // A lock file made on another platform may lack packages that only this one wants: npm ci refuses it, npm install
  // fills them in.
  const isByLock = existsSync(inRoot('package-lock.json')) && (await install('ci', 'silent')) === 0
  const code = isByLock ? 0 : await install('install', 'error')
  if (code !== 0) {
    console.error('The installation failed: the lines above say why. Once that is mended, run the same command again.')
    process.exit(code)
  }
  stampInstalled()
}

const install = (command, loglevel) =>
  runNpm([command, '--include=dev', '--no-save', '--no-audit', '--no-fund', `--loglevel=${loglevel}`], {
    waiting: 'still installing',
  })

/** npm as it was started, so that the same version goes on; else the one on PATH. */
function runNpm(args, options) {
  const npm = process.env.npm_execpath
  const isNpm = npm !== undefined && /npm-cli\.c?js$/.test(npm)
  return isNpm ? runChild(process.execPath, [npm, ...args], options) : runChild('npm', args, options)
}

const stampFile = () => inRoot('node_modules/.patchbay-lock-hash')

function isInstalled() {
  if (!existsSync(inRoot('node_modules/.package-lock.json'))) return false
  if (existsSync(stampFile()) && readFileSync(stampFile(), 'utf8') === wantedStamp()) return true
  if (
    !existsSync(inRoot('package-lock.json')) ||
    !matchesLock(readJson('package-lock.json'), readJson('node_modules/.package-lock.json'))
  ) {
    return false
  }
  stampInstalled()
  return true
}

const stampInstalled = () => writeFileSync(stampFile(), wantedStamp())

function wantedStamp() {
  const source = ['package-lock.json', 'package.json'].find((name) => existsSync(inRoot(name)))
  return createHash('sha256')
    .update(readFileSync(inRoot(source)))
    .update(`${process.platform} ${process.arch}`)
    .digest('hex')
}

const readJson = (path) => JSON.parse(readFileSync(inRoot(path), 'utf8'))
