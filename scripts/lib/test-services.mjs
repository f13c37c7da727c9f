import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { findProgram } from './find-program.mjs'

const START_TIMEOUT_MS = 30_000

/**
 * Finds or starts what suites need beyond Node, and says which it is.
 * @returns {Promise<{ env: Record<string, string>, skipped: string[], stop(): Promise<void> }>} the variables by which
 *   suites find them; a variable that is missing means that its suites are skipped, `skipped` says why
 */
export async function startTestServices() {
  const scratch = mkdtempSync(join(tmpdir(), 'patchbay-services-'))
  const started = [await provideMongo(scratch), await provideRedis(scratch)]
  return {
    env: Object.assign({}, ...started.map((service) => service.env)),
    skipped: started.flatMap(({ env, sentence }) => (Object.keys(env).length === 0 ? [sentence] : [])),
    async stop() {
      await Promise.all(started.map((service) => service.stop?.()))
      rmSync(scratch, { recursive: true, force: true })
    },
  }
}

async function provideMongo(scratch) {
  const given = process.env.MONGODB_TEST_URI
  if (given) return announce('MongoDB suites use the server of MONGODB_TEST_URI', { MONGODB_TEST_URI: given })
  const program = findProgram(['mongod', 'ferretdb'])
  if (!program) return announce('MongoDB suites skipped: no MONGODB_TEST_URI and no mongod on PATH')
  const port = await findFreePort()
  const folder = join(scratch, 'mongo')
  mkdirSync(folder)
  const isMongod = basename(program) === 'mongod'
  const stop = await startServer(program, isMongod ? mongodArgs(folder, port) : ferretArgs(folder, port), port)
  if (!stop) return announce(`MongoDB suites skipped: ${program} did not start`)
  const replicaSet = isMongod ? 'replicaSet=rs0' : ''
  if (isMongod) await initiateReplicaSet(port)
  const uri = `mongodb://127.0.0.1:${port}/?${replicaSet}`
  return { ...announce(`MongoDB suites use ${program} on port ${port}`, { MONGODB_TEST_URI: uri }), stop }
}

async function provideRedis(scratch) {
  const given = process.env.REDIS_TEST_URI
  if (given) return announce('Redis suites use the server of REDIS_TEST_URI', { REDIS_TEST_URI: given })
  const program = findProgram(['redis-server', 'valkey-server'])
  if (!program) return announce('Redis suites skipped: no REDIS_TEST_URI and no redis-server on PATH')
  const port = await findFreePort()
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', scratch]
  const stop = await startServer(program, args, port)
  if (!stop) return announce(`Redis suites skipped: ${program} did not start`)
  return {
    ...announce(`Redis suites use ${program} on port ${port}`, { REDIS_TEST_URI: `redis://127.0.0.1:${port}` }),
    stop,
  }
}

function announce(sentence, env = {}) {
  console.log(sentence)
  return { env, sentence }
}

const mongodArgs = (folder, port) => [
  '--dbpath',
  folder,
  '--port',
  String(port),
  '--bind_ip',
  '127.0.0.1',
  '--replSet',
  'rs0',
  '--quiet',
]

const ferretArgs = (folder, port) => [
  '--handler=sqlite',
  `--sqlite-url=file:${folder}/`,
  `--state-dir=${folder}`,
  `--listen-addr=127.0.0.1:${port}`,
  '--debug-addr=-',
  '--telemetry=disable',
  '--log-level=error',
]

/** Transactions and change streams want a replica set, if only of one. */
async function initiateReplicaSet(port) {
  const { MongoClient } = await import('mongodb')
  const client = new MongoClient(`mongodb://127.0.0.1:${port}/?directConnection=true`)
  try {
    const config = { _id: 'rs0', members: [{ _id: 0, host: `127.0.0.1:${port}` }] }
    await client.db('admin').command({ replSetInitiate: config })
  } finally {
    await client.close()
  }
}

/** @returns {Promise<(() => Promise<void>) | undefined>} how to stop it, once it takes connections */
async function startServer(program, args, port) {
  const child = spawn(program, args, { stdio: 'ignore' })
  const ended = new Promise((resolve) => {
    child.once('error', resolve)
    child.once('close', resolve)
  })
  const stop = async () => {
    child.kill('SIGTERM')
    await ended
  }
  const isUp = await Promise.race([acceptsConnections(port), ended.then(() => false)])
  if (isUp) return stop
  await stop()
  return undefined
}

async function acceptsConnections(port) {
  const deadline = Date.now() + START_TIMEOUT_MS
  while (Date.now() < deadline) {
    if (await canConnect(port)) return true
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  return false
}

const canConnect = (port) =>
  new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' })
    const finish = (result) => {
      socket.destroy()
      resolve(result)
    }
    socket.once('connect', () => finish(true))
    socket.once('error', () => finish(false))
  })

const findFreePort = () =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
