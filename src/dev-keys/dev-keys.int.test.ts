import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { loadEnvironment } from '../env/index.ts'
import { createLogger } from '../log/create-logger.ts'
import { guardCall } from '../services/index.ts'
import { bootKeyRig, callApi } from '../testing/key-rig.ts'
import type { KeyRig } from '../testing/key-rig.ts'
import { addPerson, signUp } from '../testing/people.ts'
import type { TestPerson } from '../testing/people.ts'
import { resolveForUse } from '../vault/index.ts'
import { noticeDevKeys } from './index.ts'

const GIVEN = {
  KEY_SOURCE: 'dev-env',
  LOCALLLM_API_KEY: 'loc-env-llm-0123456789abcdefghijklmnop',
  LOCALLLM_REGION: 'eu',
  LOCALSTT_API_KEY: 'loc-env-stt-0123456789abcdefghijklmnop',
  // Shorter than its provider's keys are.
  LOCALTTS_API_KEY: 'short',
}
const STORED = 'loc-stored-0123456789abcdefghijklmnopq'

let directory: string
let file: string
let rig: KeyRig
let owner: TestPerson
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'patchbay-dev-keys-'))
  file = join(directory, '.env.local')
  writeFileSync(
    file,
    '# mine\nLOCALPHONE_API_KEY="loc-file-phone-0123456789abcdefghijk"\nLOCALSTT_API_KEY=loc-older-stt-key\n',
  )
  const { keySource, devVariables } = loadEnvironment(GIVEN, { cwd: directory })
  rig = await bootKeyRig({ keySource, devVariables })
})
afterAll(async () => {
  await rig?.close()
  rmSync(directory, { recursive: true })
})
beforeEach(async () => {
  rig.provider.behaviour = 'accept'
  rig.provider.seenKeys.length = 0
  owner = await signUp(rig.server)
})

const send = (method: 'post' | 'put' | 'get' | 'patch' | 'delete', path: string, body?: object) =>
  callApi(rig, { as: owner, method, path: `/user-api-keys${path}`, body })
const list = async () => (await send('get', '').expect(200)).body
const open = (provider: string, tenant = owner.tenant.id) =>
  resolveForUse({ payload: rig.server.payload, tenant, provider, purpose: 'call' })

describe('a key of the environment', () => {
  it('should fill in for a key that is not stored, as such', async () => {
    const key = await open('localllm')
    expect(key).toMatchObject({
      credentials: { apiKey: GIVEN.LOCALLLM_API_KEY, region: 'eu' },
      credentialId: 'dev-env:localllm',
      version: 0,
      fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/),
    })
    key.release()
    expect(key.credentials).toEqual({})
    // Dropping one opened key drops no other.
    expect((await open('localllm')).credentials.apiKey).toBe(GIVEN.LOCALLLM_API_KEY)
    expect((await open('localphone')).credentials.apiKey).toBe('loc-file-phone-0123456789abcdefghijk')
    // The process's own variable wins over the file's.
    expect((await open('localstt')).credentials.apiKey).toBe(GIVEN.LOCALSTT_API_KEY)
    await expect(open('localtts')).rejects.toMatchObject({ code: 'missing' })
  })

  it.each(['0', '99999', 'x', '', '000000000000000000000000'])(
    'should serve no workspace that is not there: %j',
    async (tenant) => {
      await expect(open('localllm', tenant)).rejects.toMatchObject({ code: 'missing' })
    },
  )

  it('should be listed as what it is, with no secret, and count for services', async () => {
    const body = await list()
    expect(body.keySource).toBe('dev-env')
    expect(body.docs.map(({ provider }: { provider: string }) => provider)).toEqual([
      'localllm',
      'localphone',
      'localstt',
    ])
    expect(body.docs[0]).toMatchObject({
      id: 'dev-env:localllm',
      source: 'environment',
      status: 'unverified',
      masked: 'loc-env-l…',
      version: 0,
      former: null,
      lastValidated: null,
    })
    expect(JSON.stringify(body)).not.toContain(GIVEN.LOCALLLM_API_KEY.slice(0, 12))
    const { body: service } = await callApi(rig, { as: owner, path: '/services/calling-operations' }).expect(200)
    expect(service.ready).toBe(true)
    const guard = (tts: string) =>
      guardCall({
        payload: rig.server.payload,
        tenant: owner.tenant.id,
        agent: { stt: 'localstt', llm: 'localllm', tts },
        telephony: 'localphone',
      })
    expect(await guard('localtts')).toMatchObject({ ok: false, missingProviders: ['localtts'] })
    expect(await guard('localllm')).toEqual({ ok: true })
  })

  it('should be tested, and remember how that went', async () => {
    const { body } = await send('post', '/validate', { provider: 'localllm' }).expect(200)
    expect(body.check.status).toBe('valid')
    expect(rig.provider.seenKeys).toEqual([GIVEN.LOCALLLM_API_KEY])
    expect((await list()).docs[0]).toMatchObject({
      source: 'environment',
      status: 'valid',
      lastValidated: expect.any(String),
    })
    rig.provider.behaviour = 'refuse'
    await send('post', '/validate', { provider: 'localllm' }).expect(200)
    await expect(open('localllm')).rejects.toMatchObject({ code: 'rejected' })
    rig.provider.behaviour = 'accept'
    await send('post', '/validate', { provider: 'localllm' }).expect(200)
  })

  it.each([
    ['put', '/localllm', { apiKey: STORED }],
    ['patch', '/localllm', { expiresAt: null }],
    ['post', '/localllm/rollback', {}],
    ['delete', '/localllm?confirm=true', undefined],
  ] as const)('should not be changed from here: %s %s', async (method, path, body) => {
    const answer = await send(method, path, body).expect(409)
    expect(answer.body).toMatchObject({ code: 'key_from_environment', error: expect.stringContaining('environment') })
    expect((await open('localllm')).credentials.apiKey).toBe(GIVEN.LOCALLLM_API_KEY)
  })

  it('should show editors the same, and viewers nothing', async () => {
    const editor = await addPerson(rig.server, { tenant: owner.tenant, role: 'editor' })
    const viewer = await addPerson(rig.server, { tenant: owner.tenant, role: 'viewer' })
    expect((await callApi(rig, { as: editor, path: '/user-api-keys' }).expect(200)).body).toEqual(await list())
    await callApi(rig, { as: viewer, path: '/user-api-keys' }).expect(403)
  })
})

describe('a key that is saved in the panel', () => {
  const lines = () => readFileSync(file, 'utf8').split('\n')

  it('should win over the environment, lie in .env.local too, and leave both again', async () => {
    const before = lines()
    await send('post', '/store', { provider: 'localllm', credentials: { apiKey: STORED, region: 'us' } }).expect(201)
    expect(await open('localllm')).toMatchObject({ credentials: { apiKey: STORED, region: 'us' }, version: 1 })
    expect((await list()).docs[0]).toMatchObject({ provider: 'localllm', source: 'database', version: 1 })
    expect(statSync(file).mode & 0o777).toBe(0o600)
    const written = [`LOCALLLM_API_KEY='${STORED}' # saved in the panel`, "LOCALLLM_REGION='us' # saved in the panel"]
    expect(lines()).toEqual([...before.slice(0, -1), ...written, ''])
    expect(loadEnvironment({ KEY_SOURCE: 'dev-env' }, { cwd: directory }).devVariables?.values).toMatchObject({
      LOCALLLM_API_KEY: STORED,
      LOCALLLM_REGION: 'us',
    })

    await send('put', '/localllm', { apiKey: `${STORED}-two` }).expect(200)
    expect(lines()).toContain(`LOCALLLM_API_KEY='${STORED}-two' # saved in the panel`)
    await send('post', '/localllm/rollback').expect(200)
    expect(lines()).toContain(written[0])
    const impact = await send('get', '/localllm/impact').expect(200)
    expect(impact.body).toMatchObject({ agents: [], numbers: [], services: [], liveCalls: 0 })
    await send('delete', '/localllm').expect(200)
    expect(lines()).toEqual(before)
    expect((await open('localllm')).credentials.apiKey).toBe(GIVEN.LOCALLLM_API_KEY)
  })

  it('should not be written anywhere when it is refused', async () => {
    const before = lines()
    rig.provider.behaviour = 'refuse'
    await send('post', '/store', { provider: 'localtts', apiKey: STORED }).expect(422)
    expect(lines()).toEqual(before)
  })

  it('should change a line that somebody wrote, and leave it when it goes', async () => {
    await send('post', '/store', { provider: 'localphone', apiKey: STORED }).expect(201)
    expect(lines()).toContain(`LOCALPHONE_API_KEY='${STORED}'`)
    await send('delete', '/localphone?confirm=true').expect(200)
    expect(lines()).toContain(`LOCALPHONE_API_KEY='${STORED}'`)
  })

  it('should be saved all the same where the file cannot hold it', async () => {
    const odd = `loc-'"\`-0123456789abcdefghijklmnop`
    await send('post', '/store', { provider: 'localtts', apiKey: odd }).expect(201)
    expect((await open('localtts')).credentials.apiKey).toBe(odd)
    expect(lines().some((line) => line.startsWith('LOCALTTS'))).toBe(false)
    await send('delete', '/localtts?confirm=true').expect(200)
  })
})

describe('the start', () => {
  it('should say in the log what pays, by names alone', () => {
    const written: string[] = []
    const logger = createLogger({ level: 'warn', destination: { write: (line) => void written.push(line) } })
    noticeDevKeys({
      payload: { ...rig.server.payload, logger, config: rig.server.payload.config } as typeof rig.server.payload,
    })
    expect(written).toHaveLength(2)
    expect(written[0]).toMatch(/KEY_SOURCE=dev-env: keys of this environment pay/)
    expect(JSON.parse(written[0] ?? '')).toMatchObject({ providers: ['localstt', 'localllm', 'localphone'] })
    expect(JSON.parse(written[1] ?? '')).toMatchObject({ provider: 'localtts', variables: ['LOCALTTS_API_KEY'] })
    expect(written.join('')).not.toMatch(/loc-|short/)
  })
})
