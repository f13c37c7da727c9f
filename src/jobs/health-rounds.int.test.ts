import { tmpdir } from 'node:os'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import request from 'supertest'
import { LEASES, PROVIDER_KEYS } from '../collections/slugs.ts'
import { compositionOf } from '../composition.ts'
import { bootHealthRig, healthSetup, newKey } from '../key-health/testing/health-rig.ts'
import type { HealthRig } from '../key-health/testing/health-rig.ts'
import { bootTestServer } from '../testing/boot.ts'
import type { TestServer } from '../testing/boot.ts'
import { addPlatformAdmin, signUp } from '../testing/people.ts'
import { runServer } from '../testing/run-server.ts'
import { waitUntil } from '../testing/wait-until.ts'
import { HEALTH_QUEUE, prepareHealthRound, runHealthRound } from './health-rounds.ts'
import type { Clock } from './probe-keys.ts'

const JOBS = 'payload-jobs'

let rig: HealthRig
beforeAll(async () => {
  rig = await bootHealthRig()
})
afterAll(async () => rig?.close())

/** Each test has the database to itself, as far as probes look. */
beforeEach(async () => {
  const { payload, provider } = rig
  await payload.db.deleteMany({ collection: PROVIDER_KEYS, where: {} })
  await payload.db.deleteMany({ collection: LEASES, where: {} })
  provider.checks.length = 0
  provider.answers.clear()
  provider.outages.clear()
})

const jobsOf = async () => (await rig.payload.db.find({ collection: JOBS, pagination: false })).docs

/** One tick of the job queue's clock. */
async function tick(payload = rig.payload, options: { clock?: Clock; leaseMs?: number } = {}): Promise<boolean> {
  const isRunner = await prepareHealthRound({ payload, ...options })
  if (isRunner) await payload.jobs.run({ queue: HEALTH_QUEUE, limit: 1, overrideAccess: true, silent: true })
  return isRunner
}

describe('the job', () => {
  it('should test what is due and leave nothing behind in the queue', async () => {
    const key = await newKey(rig)
    expect(await tick()).toBe(true)
    expect(rig.provider.checks.map(({ key: asked }) => asked)).toEqual([key.masked])
    expect(await jobsOf()).toEqual([])
  })

  it('should clear away what a dead node left, and hold no secret', async () => {
    const key = await newKey(rig)
    await rig.payload.db.create({
      collection: JOBS,
      data: { taskSlug: 'key-health', queue: HEALTH_QUEUE, processing: true, input: {} },
    })
    await prepareHealthRound({ payload: rig.payload })
    const jobs = await jobsOf()
    expect(jobs).toHaveLength(1)
    expect(jobs[0]).toMatchObject({ queue: HEALTH_QUEUE, processing: false })
    expect(JSON.stringify(jobs)).not.toContain(key.masked)
  })

  it('should not be reachable over HTTP, by nobody', async () => {
    const owner = await signUp(rig.server)
    const admin = await addPlatformAdmin(rig.server)
    const paths = ['', '/run', '/handle-schedules', '/1']
    const before = await jobsOf()
    for (const { headers } of [owner, admin, { headers: {} }]) {
      for (const path of paths) {
        const { status } = await request(rig.server.url).get(`/api/payload-jobs${path}`).set(headers)
        expect([401, 403, 404, 501]).toContain(status)
      }
      await request(rig.server.url)
        .post('/api/payload-jobs')
        .set(headers)
        .send({ taskSlug: 'key-health', queue: HEALTH_QUEUE })
        .expect((response) => expect(response.status).toBeGreaterThanOrEqual(400))
      const { status } = await request(rig.server.url).get('/api/globals/payload-jobs-stats').set(headers)
      expect(status).toBe(404)
    }
    expect(await jobsOf()).toEqual(before)
  })
})

describe('a server that is started to serve', () => {
  it("should let the job queue's clock tick every minute until it closes, and no other server does", async () => {
    const { environment, extensions } = healthSetup(rig.provider.url)
    const { databaseUri, encryptionKey, payloadSecret } = rig.server.environment
    const serving = await bootTestServer(
      { ...environment, databaseUri, encryptionKey, payloadSecret },
      { ...extensions, runsJobs: true },
    )
    let clock: TestServer['payload']['crons'][number] | undefined
    try {
      const key = await newKey(rig)
      // Payload starts its clocks with the first request of a process.
      for (const { url } of [rig.server, serving]) await request(url).get('/api/providers')
      clock = serving.payload.crons[0]
      expect([clock?.getPattern(), serving.payload.crons.length, rig.payload.crons.length]).toEqual(['* * * * *', 1, 0])
      await clock?.trigger()
      expect(rig.provider.checks.map(({ key: asked }) => asked)).toEqual([key.masked])
    } finally {
      await serving.close()
    }
    expect(clock?.isRunning()).toBe(false)
    expect(await jobsOf()).toEqual([])
  })
})

describe('several nodes', () => {
  let other: TestServer
  beforeAll(async () => {
    const { environment, extensions } = healthSetup(rig.provider.url)
    const { databaseUri, encryptionKey, payloadSecret } = rig.server.environment
    other = await bootTestServer({ ...environment, databaseUri, encryptionKey, payloadSecret }, extensions)
  })
  afterAll(async () => other?.close())

  it('should have one runner, who keeps the work as long as it lives', async () => {
    await newKey(rig)
    const runners = await Promise.all([tick(), tick(other.payload)])
    expect([...runners].sort()).toEqual([false, true])
    expect(rig.provider.checks).toHaveLength(1)
    const [first, second] = runners[0] ? [rig.payload, other.payload] : [other.payload, rig.payload]
    let now = Date.now()
    const clock: Clock = { now: () => now, random: () => 0.5 }
    for (let minute = 0; minute < 10; minute += 1) {
      expect([await tick(first, { clock }), await tick(second, { clock })]).toEqual([true, false])
      now += 60_000
    }
  })

  it('should take over when the lease has run out, and not before', async () => {
    let now = Date.now()
    const clock: Clock = { now: () => now, random: () => 0.5 }
    expect(await tick(rig.payload, { clock })).toBe(true)
    now += 149_000
    expect(await tick(other.payload, { clock })).toBe(false)
    now += 2_000
    expect(await tick(other.payload, { clock })).toBe(true)
    // The first one comes back and finds its place taken.
    expect(await tick(rig.payload, { clock })).toBe(false)
  })

  it('should take over from a process that was killed', async () => {
    const { databaseUri } = rig.server.environment
    const leaseMs = 2_000
    const node = runServer({
      file: 'src/jobs/testing/hold-health-lease.ts',
      cwd: tmpdir(),
      env: { DATABASE_URI: databaseUri, LEASE_MS: String(leaseMs) },
    })
    try {
      await node.prints('holds the lease')
      const key = await newKey(rig)
      expect(await tick(rig.payload, { leaseMs })).toBe(false)
      node.child.kill('SIGKILL')
      await node.ended
      await waitUntil(async () => (await tick(rig.payload, { leaseMs })) || undefined, 'the lease of the dead node')
      expect(rig.provider.checks.map(({ key: asked }) => asked)).toEqual([key.masked])
    } finally {
      node.child.kill('SIGKILL')
      await node.ended
    }
  }, 120_000)

  it('should not work on past the end of their lease', async () => {
    await newKey(rig)
    expect(await prepareHealthRound({ payload: rig.payload })).toBe(true)
    const clock: Clock = { now: () => Date.now() + 200_000, random: () => 0.5 }
    await runHealthRound({ payload: rig.payload, clock })
    expect(rig.provider.checks).toEqual([])
  })

  it('should leave the work to the others when they close', async () => {
    const { environment, extensions } = healthSetup(rig.provider.url)
    const { databaseUri, encryptionKey, payloadSecret } = rig.server.environment
    const third = await bootTestServer({ ...environment, databaseUri, encryptionKey, payloadSecret }, extensions)
    expect(await tick(third.payload)).toBe(true)
    expect(await tick()).toBe(false)
    await third.close()
    expect(await tick()).toBe(true)
    expect(compositionOf(rig.payload).healthRounds.heldUntil).toBeGreaterThan(Date.now())
  })
})
