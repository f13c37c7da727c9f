import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { compositionOf } from '../../composition.ts'
import { PROVIDER_KEYS, VAULT_CANARY, VAULT_NODES, VAULT_ROTATIONS } from '../../collections/slugs.ts'
import { bootKeyRig, callApi, signUpWithKeys } from '../../testing/key-rig.ts'
import type { KeyRig } from '../../testing/key-rig.ts'
import type { TestPerson } from '../../testing/people.ts'
import { renderLines } from '../output/page.ts'
import type { PageLine } from '../output/page.ts'
import { commandContext, doctorOptions } from '../testing/command-context.ts'
import { damageTo } from '../testing/damage-vault.ts'
import { runDoctor } from './run-doctor.ts'
import type { DoctorOptions } from './run-doctor.ts'

const KEY = 'loc-doctor-canary-4b1d0f7c2a9e4f6b'
const OTHER = 'loc-doctor-second-9e4f6b4b1d0f7c2a'

let rig: KeyRig
let ada: TestPerson
let folder: string
beforeAll(async () => {
  rig = await bootKeyRig()
  ada = await signUpWithKeys(rig, { localllm: KEY, localstt: OTHER })
  folder = mkdtempSync(path.join(tmpdir(), 'patchbay-doctor-'))
})
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true })
  await rig?.close()
})

/** What the doctor says; whatever it is, it holds no key and fits its page. */
async function ask(options: Partial<DoctorOptions> = {}) {
  const { isFine, report, page } = await runDoctor({ ...commandContext(rig.server), ...doctorOptions(options) })
  const text = renderLines(page, { columns: 80, hasColour: false })
  for (const key of [KEY, OTHER]) expect((JSON.stringify(report) + text).includes(key)).toBe(false)
  expect(text.split('\n').filter((line) => line.length > 80)).toEqual([])
  const about = (title: string): PageLine[] => report.checks.filter((check) => check.title === title)
  const one = (title: string): PageLine => {
    const [line] = about(title)
    if (!line) throw new Error(`No line about ${title} in\n${text}`)
    return line
  }
  return { isFine, report, about, one, text }
}

describe('the doctor on a sound database', () => {
  it('should find everything fine', async () => {
    const { isFine, report } = await ask()
    expect(report.checks.filter(({ level }) => level !== 'ok')).toEqual([])
    expect(report).toMatchObject({ command: 'doctor', ok: true })
    expect(isFine).toBe(true)
    const titles = [
      'Canary',
      'Encryption key',
      'Files',
      'Retired keys',
      'Rotation',
      'Servers',
      'What opens',
      'Audit log',
    ]
    expect(report.checks.map(({ title }) => title)).toEqual(expect.arrayContaining(titles))
  })

  it('should name the provider keys of the environment, and whether they are read', async () => {
    const env = { DEEPGRAM_API_KEY: 'x'.repeat(40), LOCALLLM_API_KEY: 'y', OPENAI_API_KEY: ' ' }
    const { isFine, one } = await ask({ env })
    expect(one('Environment')).toMatchObject({ level: 'warning' })
    expect(one('Environment').text).toBe(
      'It holds provider keys, which nothing reads: DEEPGRAM_API_KEY, LOCALLLM_API_KEY.',
    )
    expect(isFine).toBe(true)
  })

  it('should tell files that others can read', async () => {
    const data = path.join(folder, 'data')
    mkdirSync(data)
    chmodSync(data, 0o755)
    writeFileSync(path.join(data, 'secrets.json'), '{}')
    chmodSync(path.join(data, 'secrets.json'), 0o644)
    expect((await ask({ dataDirectory: folder })).one('Files')).toMatchObject({
      level: 'problem',
      items: [`${path.join(data, 'secrets.json')} (mode 644)`],
      todo: 'chmod 600 data/secrets.json',
    })
    chmodSync(path.join(data, 'secrets.json'), 0o600)
    expect((await ask({ dataDirectory: folder })).one('Files').level).toBe('ok')
  })

  it('should find stored keys in logs, whatever their form, and what looks like a key', async () => {
    const log = path.join(folder, 'server.log')
    const lines = [
      '{"msg":"fine"}',
      `{"authorization":"Bearer ${KEY}"}`,
      `cause ${Buffer.from(`apiKey=${OTHER}&x`).toString('base64')}`,
      `GET /?api_key=${'0f'.repeat(20)}`,
      `tail ${encodeURIComponent(KEY)}`,
    ]
    writeFileSync(log, lines.join('\n'))
    const { about } = await ask({ logs: ['server.log'], directory: folder })
    const [known, shapes] = about('Log')
    expect(known).toMatchObject({ level: 'problem' })
    expect(known?.items?.map((item) => item.split(': ')[0])).toEqual(['server.log:2', 'server.log:3', 'server.log:5'])
    expect(known?.items?.[1]).toMatch(/the localstt key of workspace \w+, cred_[0-9a-f]{24} \(base64\)$/)
    expect(shapes).toMatchObject({ level: 'warning', items: ['server.log:4: a value named as a key'] })
  })

  it('should read a log from standard input, in pieces that cut a key', async () => {
    const stdin = Readable.from(['one\ntwo ', KEY.slice(0, 9), `${KEY.slice(9)}\n`, 'three'])
    const { one } = await ask({ logs: ['-'], stdin })
    expect(one('Log').items?.map((item) => item.split(': ')[0])).toEqual(['stdin:2'])
    const clean = await ask({ logs: ['-'], stdin: Readable.from(['one\n', 'two']) })
    expect(clean.one('Log')).toMatchObject({ level: 'ok' })
    expect(clean.one('Log').text).toContain('2 lines')
  })

  it('should say which log cannot be read', async () => {
    await expect(ask({ logs: ['none.log'], directory: folder })).rejects.toThrow('none.log cannot be read (ENOENT).')
  })
})

describe('the doctor on the key-encryption key', () => {
  const weaken = async (key: Buffer, secret?: string) => {
    const context = commandContext(rig.server)
    const environment = { ...context.environment, encryptionKey: key, ...(secret ? { payloadSecret: secret } : {}) }
    const { report } = await runDoctor({ ...context, environment, ...doctorOptions() })
    return report.checks.find(({ title }) => title === 'Encryption key')
  }

  it.each([
    ['counted', Buffer.from(Array.from({ length: 32 }, (_, index) => index)), undefined, 'placeholder'],
    [
      'from documentation',
      Buffer.from('feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308', 'hex'),
      undefined,
      'documentation',
    ],
    [
      'that signs sessions too',
      Buffer.alloc(32, 'aZ9-'),
      Buffer.alloc(32, 'aZ9-').toString('base64'),
      'PAYLOAD_SECRET',
    ],
  ])('should refuse one %s', async (_, key, secret, word) => {
    const line = await weaken(key, secret)
    expect(line?.level).toBe('problem')
    expect(line?.text).toContain(word)
    expect(line?.text).not.toContain(key.toString('base64'))
  })
})

describe('the doctor on a damaged database', () => {
  it('should say all that is wrong, where, and what to do', async () => {
    const { payload } = rig.server
    const ben = await signUpWithKeys(rig, { localllm: KEY, localtts: OTHER, localphone: KEY })
    await callApi(rig, {
      as: ben,
      method: 'put',
      path: '/user-api-keys/localtts',
      body: { apiKey: `${OTHER}-2` },
    }).expect(200)
    const harm = damageTo({ payload, person: ben })
    await harm.flipByte('localllm')
    await harm.deleteCiphertext('localphone')
    await harm.endGrace('localtts')
    await harm.tamperWithAuditLog()
    await harm.writePrompt(`Say hello. Our key is ${KEY}, keep it safe. sk-proj-${'a1B2'.repeat(8)} works too.`)
    await harm.writePrompt(`Say hello with sk-proj-${'a1B2'.repeat(8)}.`)
    const past = new Date(Date.now() - 30 * 86_400_000).toISOString()
    const change = (provider: string, data: Record<string, unknown>) =>
      payload.db.updateOne({
        collection: PROVIDER_KEYS,
        where: { and: [{ tenant: { equals: ben.tenant.id } }, { provider: { equals: provider } }] },
        data,
      })
    await change('localtts', { status: 'rejected', expiresAt: past, checkedAt: past })
    await payload.db.create({
      collection: VAULT_ROTATIONS,
      data: { keyId: 'feedfeedfeedfeed', state: 'running', startedAt: past },
    })
    const node = {
      nodeId: 'left:1:ab',
      currentKeyId: 'feedfeedfeedfeed',
      keyIds: ['feedfeedfeedfeed'],
      seenAt: new Date().toISOString(),
    }
    await payload.db.create({ collection: VAULT_NODES, data: node })

    const { isFine, about, one } = await ask()
    expect(isFine).toBe(false)
    expect(one('Stored keys').items).toHaveLength(1)
    expect(one('Lost ciphertexts').level).toBe('problem')
    expect(one('Past their grace').level).toBe('warning')
    expect(one('Audit log').level).toBe('problem')
    expect(one('Rejected keys').text).toContain('localtts 1')
    expect(one('Expired keys').text).toContain('localtts 1')
    expect(one('Old tests').text).toContain('localtts 1')
    expect(one('Rotation')).toMatchObject({ level: 'warning', todo: 'npm run keys -- rotate goes on with it.' })
    expect(one('Servers').items).toContain('left:1:ab writes under feedfeedfeedfeed and cannot read this key')
    const [known, shapes] = about('Plain text')
    expect(known).toMatchObject({ level: 'problem' })
    expect(known?.items?.join('\n')).toMatch(/agents.*prompt.*, row \w+: the localllm key of workspace \w+/)
    expect(known?.items?.join('\n')).not.toContain('vault')
    expect(shapes).toMatchObject({ level: 'warning' })
    expect(shapes?.items?.every((item) => item.endsWith(': an OpenAI key'))).toBe(true)
    expect(ada.tenant.id).not.toBe(ben.tenant.id)
  })

  it('should give its page also where the encryption key does not fit', async () => {
    const { payload } = rig.server
    const { keyRing } = compositionOf(payload).vault
    const row = await payload.db.findOne<{ id: number | string; wrapped: string }>({
      collection: VAULT_CANARY,
      where: {},
    })
    await payload.db.updateOne({
      collection: VAULT_CANARY,
      id: row?.id ?? 0,
      data: { wrapped: row?.wrapped.replace(keyRing.currentId, 'feedfeedfeedfeed') },
    })
    const { isFine, one } = await ask()
    expect(isFine).toBe(false)
    expect(one('Canary').level).toBe('problem')
    expect(one('Canary').text).toContain('needs the key with the fingerprint feedfeedfeedfeed')
  })
})
