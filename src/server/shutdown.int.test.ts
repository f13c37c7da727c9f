import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import request from 'supertest'
import { createDeepgramSimulator } from '../../simulators/deepgram/index.ts'
import { createElevenLabsSimulator } from '../../simulators/elevenlabs/index.ts'
import { createOpenAiSimulator } from '../../simulators/openai/index.ts'
import { createTelnyxSimulator } from '../../simulators/telnyx/index.ts'
import { CALLS } from '../collections/slugs.ts'
import { bootTestServer, findFreePort } from '../testing/boot.ts'
import { createKeys, createWorkspace } from '../testing/call-rig.ts'
import type { CallDocument, Workspace } from '../testing/call-rig.ts'
import { heardSpeech, lettersMissed, listenToAgent } from '../testing/heard-speech.ts'
import { runServer } from '../testing/run-server.ts'
import type { ServerRun } from '../testing/run-server.ts'
import { createTestDatabase } from '../testing/test-database.ts'
import type { TestDatabase } from '../testing/test-database.ts'
import { waitUntil } from '../testing/wait-until.ts'

const ANSWER = 'We open at nine.'
const FAREWELL = 'I am sorry, I have to end our call now. Please call again in a moment. Goodbye.'
const DRAIN_SECONDS = 8

/** The product in a process of its own, between a carrier and providers of this one. */
describe('a server that is told to stop', () => {
  const keys = createKeys()
  const encryptionKey = randomBytes(32)
  const closing: (() => Promise<unknown>)[] = []
  let directory: string
  let database: TestDatabase
  let url: string
  let server: ServerRun
  let tenant: Workspace

  beforeAll(async () => {
    directory = mkdtempSync(path.join(tmpdir(), 'patchbay-shutdown-'))
    database = createTestDatabase({ directory })
    const [deepgram, openai, elevenlabs, telnyx] = await Promise.all([
      createDeepgramSimulator({ keys: { [keys.deepgram]: { projectName: 'Project', state: 'valid' } } }),
      createOpenAiSimulator({ keys: { [keys.openai]: {} }, script: () => ANSWER }),
      createElevenLabsSimulator({ keys: { [keys.elevenlabs]: {} } }),
      createTelnyxSimulator({ accounts: [{ apiKey: keys.telnyx }] }),
    ])
    closing.push(telnyx.close, deepgram.close, openai.close, elevenlabs.close)
    const port = await findFreePort()
    url = `http://127.0.0.1:${port}`
    server = runServer({
      file: 'src/testing/serve-without-next.ts',
      cwd: directory,
      env: {
        PORT: String(port),
        PUBLIC_URL: url,
        DATABASE_URI: database.uri,
        PAYLOAD_SECRET: randomBytes(32).toString('base64'),
        ENCRYPTION_KEY: encryptionKey.toString('base64'),
        DRAIN_SECONDS: String(DRAIN_SECONDS),
        DEEPGRAM_BASE_URL: deepgram.origin,
        OPENAI_BASE_URL: openai.origin,
        ELEVENLABS_BASE_URL: elevenlabs.origin,
        TELNYX_BASE_URL: telnyx.origin,
      },
    })
    await server.prints('ready')
    tenant = await createWorkspace({ server: { url }, telnyx, keys, index: 0 })
  })
  afterAll(async () => {
    server.child.kill('SIGKILL')
    await server.ended
    for (const close of closing) await close()
    await database.drop()
    rmSync(directory, { recursive: true, force: true })
  })

  it('should let live calls go on for a while, say goodbye, close their records and end with code 0', async () => {
    await request(url).get('/readyz').expect(200)
    const call = tenant.call()
    await call.streaming
    await call.agentSpeaks({ after: 0 })

    server.child.kill('SIGTERM')
    const stoppedAt = Date.now()
    const isNotReady = async () => (await request(url).get('/readyz')).status === 503
    await waitUntil(isNotReady, 'the server to call itself not ready')
    await request(url)
      .get('/readyz')
      .expect(503, { status: 'not-ready', reasons: ['The server is shutting down.'] })
    await request(url).get('/healthz').expect(200)

    const refused = await tenant.call({ from: '+13125550199' }).ended
    expect(refused).toMatchObject({ cause: 'user_busy' })

    await call.agentSilent({ forMs: 500 })
    const asked = await call.say('opening-hours')
    const answer = await listenToAgent(call, { after: asked.endMs })
    expect(answer.text).toBe(ANSWER.toLowerCase())

    await call.ended
    const goodbye = heardSpeech(call, { from: answer.endMs })
    expect(lettersMissed(goodbye, FAREWELL)).toBeLessThanOrEqual(2)
    expect(await server.ended).toEqual({ code: 0, signal: null })
    expect(Date.now() - stoppedAt).toBeGreaterThan(DRAIN_SECONDS * 1_000 - 200)

    const records = await recordsAfterwards()
    expect(records).toHaveLength(2)
    const [live, busy] = records
    expect(live).toMatchObject({ status: 'completed', endedReason: 'shutdown', endedAt: expect.any(String) })
    expect(live?.transcript?.at(-1)).toMatchObject({ speaker: 'agent', text: FAREWELL })
    expect(busy).toMatchObject({ endedReason: 'shutdown', endedAt: expect.any(String) })
  })

  /** The records as the next start finds them. */
  async function recordsAfterwards(): Promise<CallDocument[]> {
    const next = await bootTestServer({ databaseUri: database.uri, encryptionKey })
    try {
      const { docs } = await next.payload.find({ collection: CALLS, overrideAccess: true, depth: 0, sort: 'startedAt' })
      return docs as unknown as CallDocument[]
    } finally {
      await next.close()
    }
  }
})
