import { spawn } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { isSupportedNode } from './check-node.mjs'
import { matchesLock } from './ensure-installed.mjs'
import { neutralEnvironment } from './environment.mjs'
import { findProgram } from './find-program.mjs'
import { hashSources } from './source-hash.mjs'

const here = dirname(fileURLToPath(import.meta.url))

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'patchbay-scripts-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const write = (path: string, content: string) => {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  writeFileSync(join(folder, path), content)
}

describe('isSupportedNode', () => {
  it.each([
    ['20.9.0', true],
    ['20.20.2', true],
    ['24.0.0', true],
    ['20.8.1', false],
    ['18.20.0', false],
  ])('says of %s: %s', (version, expected) => expect(isSupportedNode(version)).toBe(expected))
})

describe('matchesLock', () => {
  const lock = {
    packages: {
      '': {},
      'node_modules/a': { version: '1.0.0' },
      'node_modules/b': { version: '2.0.0', optional: true },
    },
  }

  it('takes a complete installation, packages for other platforms left out', () => {
    expect(matchesLock(lock, { packages: { 'node_modules/a': { version: '1.0.0' } } })).toBe(true)
  })

  it('refuses one with a package missing or at another version', () => {
    expect(matchesLock(lock, { packages: {} })).toBe(false)
    expect(matchesLock(lock, {})).toBe(false)
    expect(matchesLock(lock, { packages: { 'node_modules/a': { version: '1.0.1' } } })).toBe(false)
    const wrongOptional = { 'node_modules/a': { version: '1.0.0' }, 'node_modules/b': { version: '1.9.0' } }
    expect(matchesLock(lock, { packages: wrongOptional })).toBe(false)
  })
})

describe('hashSources', () => {
  const hash = () => hashSources(folder, ['src', 'payload.config.ts', 'absent.mjs'])

  it('changes with a source, its name and its place, and with nothing else', () => {
    write('src/a.ts', 'one')
    write('payload.config.ts', 'config')
    const before = hash()
    expect(hash()).toBe(before)

    write('src/a.test.ts', 'a test')
    write('src/testing/boot.ts', 'for tests')
    write('src/fixtures/a.json', '{}')
    write('data/patchbay.db', 'rows')
    expect(hash()).toBe(before)

    write('src/a.ts', 'two')
    const changed = hash()
    expect(changed).not.toBe(before)
    write('src/deep/b.tsx', 'new')
    expect(hash()).not.toBe(changed)
  })
})

describe('findProgram', () => {
  it('takes the first that can be run', () => {
    write('tool', '#!/bin/sh\n')
    const tool = join(folder, 'tool')
    expect(findProgram([tool])).toBeUndefined()
    chmodSync(tool, 0o755)
    expect(findProgram(['/no/such/program', tool])).toBe(tool)
    expect(findProgram(['sh'])).toMatch(/\/sh$/)
    expect(findProgram(['no-such-program-anywhere'])).toBeUndefined()
  })
})

describe('neutralEnvironment', () => {
  it('keeps what belongs to the product out, blanks what .env files would fill in, and brings secrets', () => {
    process.env.DEEPGRAM_API_KEY = 'from the shell'
    process.env.DEPLOY_ENV = 'from the shell'
    try {
      const one = neutralEnvironment({ NODE_ENV: 'production' })
      expect(one).toMatchObject({ DEPLOY_ENV: '', DATABASE_URI: '', NODE_ENV: 'production', PATH: process.env.PATH })
      expect(one).not.toHaveProperty('DEEPGRAM_API_KEY')
      expect(one.ENCRYPTION_KEY).toHaveLength(44)
      expect(neutralEnvironment().ENCRYPTION_KEY).not.toBe(one.ENCRYPTION_KEY)
    } finally {
      delete process.env.DEEPGRAM_API_KEY
      delete process.env.DEPLOY_ENV
    }
  })
})

describe('runChild', () => {
  /** Runs `script` through runChild in a process of its own, because that is what gets the signals. */
  const start = (script: string) => {
    const module = JSON.stringify(pathToFileURL(join(here, 'run-child.mjs')).href)
    const source = `import { runChild } from ${module}
      process.exit(await runChild(process.execPath, ['--eval', ${JSON.stringify(script)}]))`
    const runner = spawn(process.execPath, ['--input-type=module', '--eval', source], {
      env: { ...process.env, NODE_OPTIONS: '' },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const code = new Promise((resolve) => runner.once('close', resolve))
    const ready = new Promise((resolve) => runner.stdout.once('data', resolve))
    return { runner, code, ready }
  }

  it('passes the exit code on', async () => {
    expect(await start('process.exit(7)').code).toBe(7)
    expect(await start('').code).toBe(0)
  })

  it('tells of a child that a signal ended', async () => {
    expect(await start("process.kill(process.pid, 'SIGKILL')").code).toBe(128 + 9)
  })

  it.each(['SIGTERM', 'SIGINT'] as const)('forwards %s and waits for the child to drain', async (signal) => {
    const { runner, code, ready } = start(`
      setInterval(() => {}, 1000)
      process.once('${signal}', () => setTimeout(() => process.exit(3), 50))
      process.stdout.write('ready')`)
    await ready
    runner.kill(signal)
    expect(await code).toBe(3)
  })
})

describe('npm scripts', () => {
  it.each(['start', 'dev', 'test', 'bench', 'simulators'])('npm signals %s itself, not a shell before it', (name) => {
    const { scripts } = JSON.parse(readFileSync(join(here, '../../package.json'), 'utf8'))
    expect(scripts[name]).toMatch(/^exec node /)
  })
})

describe('startTestServices', () => {
  it('uses the servers it is given and starts none', async () => {
    const source = `import { startTestServices } from ${JSON.stringify(pathToFileURL(join(here, 'test-services.mjs')).href)}
      const { env, stop } = await startTestServices()
      await stop()
      console.log(JSON.stringify(env))`
    const env = { ...process.env, NODE_OPTIONS: '', MONGODB_TEST_URI: 'mongodb://one', REDIS_TEST_URI: 'redis://two' }
    expect(await outputOf(source, env)).toMatch(
      /\{"MONGODB_TEST_URI":"mongodb:\/\/one","REDIS_TEST_URI":"redis:\/\/two"\}\s*$/,
    )
  })

  it('says what is skipped and why where there is neither', async () => {
    const source = `import { startTestServices } from ${JSON.stringify(pathToFileURL(join(here, 'test-services.mjs')).href)}
      const { skipped, stop } = await startTestServices()
      await stop()
      console.log(skipped.length)`
    const output = await outputOf(source, { PATH: folder })
    expect(output).toContain('MongoDB suites skipped: no MONGODB_TEST_URI and no mongod on PATH')
    expect(output).toContain('Redis suites skipped: no REDIS_TEST_URI and no redis-server on PATH')
    expect(output).toMatch(/^2$/m)
  })

  it('starts a server from PATH on a free port and stops it', async () => {
    const fake = `#!${process.execPath}\nconst port = process.argv[process.argv.indexOf('--port') + 1]
      require('node:net').createServer().listen(Number(port), '127.0.0.1')\n`
    write('redis-server', fake)
    chmodSync(join(folder, 'redis-server'), 0o755)
    const source = `import { startTestServices } from ${JSON.stringify(pathToFileURL(join(here, 'test-services.mjs')).href)}
      const { env, stop } = await startTestServices()
      await stop()
      console.log(new URL(env.REDIS_TEST_URI).port)`
    const output = await outputOf(source, { PATH: folder })
    const port = Number(/(\d+)\s*$/.exec(output)?.[1])
    expect(port).toBeGreaterThan(0)
    expect(output).toContain(`Redis suites use ${join(folder, 'redis-server')}`)
    await expect(canListen(port)).resolves.toBe(true)
  })
})

async function outputOf(source: string, env: NodeJS.ProcessEnv | { PATH: string }): Promise<string> {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', source], {
    env: env as NodeJS.ProcessEnv,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  child.stdout.on('data', (chunk) => {
    output += chunk
  })
  await new Promise((resolve) => child.once('close', resolve))
  return output
}

/** Whether a port has been given back. */
function canListen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
