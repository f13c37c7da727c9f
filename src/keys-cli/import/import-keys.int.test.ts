import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import type { Where } from 'payload'
import { AUDIT_LOG } from '../../collections/slugs.ts'
import { bootKeyRig, callApi } from '../../testing/key-rig.ts'
import type { KeyRig } from '../../testing/key-rig.ts'
import { signUp } from '../../testing/people.ts'
import type { TestPerson } from '../../testing/people.ts'
import { resolveForUse } from '../../vault/index.ts'
import { renderLines } from '../output/page.ts'
import { parseArguments } from '../parse-arguments.ts'
import { commandContext } from '../testing/command-context.ts'
import { prepareImport } from './prepare-import.ts'
import { runImport } from './run-import.ts'

type Vector = { token: string; text: string }
type Vectors = { vectors: Vector[]; twice: Vector; wrapped: Vector; otherKey: { token: string } }
const vectorsFile = fileURLToPath(new URL('../../vault/fixtures/fernet.json', import.meta.url))
const { vectors, twice, wrapped, otherKey } = JSON.parse(readFileSync(vectorsFile, 'utf8')) as Vectors
const legacy = vectors[1] as Vector

/** What the older system made its Fernet key of; the vectors were made elsewhere. */
const SECRET = 'correct horse battery staple'
const FERNET = ['--fernet', 'keys.json', '--secret-env', 'LEGACY_SECRET', '--salt', 'patchbay-legacy-salt']
const PLAIN = 'sk-proj-plainPlainPlain0001plain'
const PUBLIC_KEY = `${'A'.repeat(42)}A=`

let rig: KeyRig
let folder: string
let ada: TestPerson
let ben: TestPerson
beforeAll(async () => {
  rig = await bootKeyRig()
  folder = mkdtempSync(path.join(tmpdir(), 'patchbay-import-'))
})
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true })
  await rig?.close()
})
beforeEach(async () => {
  rig.provider.behaviour = 'accept'
  rig.provider.seenKeys.length = 0
  ada = await signUp(rig.server)
  ben = await signUp(rig.server, 'Ben')
})

const file = () => path.join(folder, 'keys.json')
const write = (content: unknown) => writeFileSync(file(), JSON.stringify(content))

/** Imports as the command does; whatever it reports holds no value of the file. */
async function run(...args: string[]) {
  const given = parseArguments(['import', ...args])
  const source = existsSync(file()) ? readFileSync(file(), 'utf8') : ''
  const values = [...source.matchAll(/"(?:apiKey|openai|deepgram)":"([^"]{12,})"/g)].map(([, value = '']) => value)
  const prepared = await prepareImport({ given, env: { LEGACY_SECRET: SECRET }, directory: folder })
  const { isFine, report, page } = await runImport({ ...commandContext(rig.server), ...prepared })
  const text = renderLines(page, { columns: 80, hasColour: false })
  const said = JSON.stringify(report) + text
  for (const value of [SECRET, PLAIN, legacy.text, twice.text, ...values]) {
    expect([value.slice(0, 6), said.replaceAll(/cred_[0-9a-f]{24}/g, '').includes(value)]).toEqual([
      value.slice(0, 6),
      false,
    ])
  }
  return { isFine, report, text, outcomes: report.entries.map(({ outcome }) => outcome) }
}

const open = async ({ tenant }: TestPerson, provider: string) => {
  const { credentials, version } = await resolveForUse({
    payload: rig.server.payload,
    tenant: tenant.id,
    provider,
    purpose: 'check',
  })
  return { ...credentials, version }
}
const statusesOf = async (person: TestPerson) => {
  const { body } = await callApi(rig, { as: person, path: '/user-api-keys' }).expect(200)
  return Object.fromEntries(body.docs.map(({ provider, status }: Record<string, string>) => [provider, status]))
}

describe('importing a mixed file of an older system', () => {
  it('should store what is a key, and name all the rest', async () => {
    write([
      { tenant: ada.tenant.id, provider: 'deepgram', apiKey: legacy.token },
      { tenant: ada.tenant.slug, provider: 'OpenAI', apiKey: PLAIN },
      { tenant: ada.email, provider: 'elevenlabs', apiKey: twice.token, encrypted: true },
      {
        tenant: ada.tenant.id,
        provider: 'telnyx',
        credentials: { apiKey: `b'${wrapped.token}'`, publicKey: PUBLIC_KEY, connectionId: '42' },
      },
      { tenant: ben.tenant.id, provider: 'deepgram', apiKey: otherKey.token },
      { tenant: ben.tenant.id, provider: 'openai', apiKey: legacy.token.slice(0, 60) },
      { tenant: 'nobody-here', provider: 'openai', apiKey: PLAIN },
      { tenant: ben.tenant.id, provider: 'mystery', apiKey: PLAIN },
      { tenant: ada.tenant.slug, provider: 'deepgram', apiKey: 'another-deepgram-key-0001' },
      { tenant: ada.tenant.id, provider: 'openai', apiKey: PLAIN },
      { tenant: ben.tenant.id, provider: 'deepgram', apiKey: 'changeme' },
      { tenant: ben.tenant.id, provider: 'deepgram' },
      { tenant: ben.tenant.id, provider: 'elevenlabs', apiKey: `sk-ant-${'x1'.repeat(20)}` },
      { tenant: ben.tenant.id, provider: 'openai', apiKey: PLAIN, encrypted: true },
      { tenant: `${PLAIN}`, provider: PLAIN, apiKey: PLAIN },
    ])
    const { isFine, report, text, outcomes } = await run(...FERNET)
    expect(outcomes).toEqual([
      'imported',
      'imported',
      'imported',
      'imported',
      'unreadable',
      'unreadable',
      'unknown-tenant',
      'unknown-provider',
      'duplicate',
      'repeated',
      'not-a-key',
      'malformed',
      'not-a-key',
      'unreadable',
      'unknown-provider',
    ])
    expect(isFine).toBe(false)
    expect(report.entries[2]).toMatchObject({
      position: 3,
      tenant: ada.email,
      provider: 'elevenlabs',
      layers: 2,
      version: 1,
    })
    expect(report.entries[14]).toMatchObject({ tenant: '(not shown)', provider: '(not shown)' })
    expect(text.replace(/\s+/g, ' ')).toContain(`entry 5 (${ben.tenant.id}, deepgram): its key is a Fernet token`)
    expect(text.split('\n').filter((line) => line.length > 80)).toEqual([])

    expect(await open(ada, 'deepgram')).toEqual({ apiKey: legacy.text, version: 1 })
    expect(await open(ada, 'openai')).toEqual({ apiKey: PLAIN, version: 1 })
    expect(await open(ada, 'elevenlabs')).toEqual({ apiKey: twice.text, version: 1 })
    expect(await open(ada, 'telnyx')).toMatchObject({ apiKey: wrapped.text, connectionId: '42' })
    expect(await statusesOf(ada)).toEqual({
      deepgram: 'unverified',
      openai: 'unverified',
      elevenlabs: 'unverified',
      telnyx: 'unverified',
    })
    expect(await statusesOf(ben)).toEqual({})
    const where: Where = { and: [{ tenant: { equals: ada.tenant.id } }, { action: { equals: 'key.imported' } }] }
    const { docs } = await rig.server.payload.db.find<Record<string, unknown>>({
      collection: AUDIT_LOG,
      where,
      limit: 0,
    })
    expect(docs.map(({ provider, result, version }) => [provider, result, version]).sort()).toEqual([
      ['deepgram', 'ok', 1],
      ['elevenlabs', 'ok', 1],
      ['openai', 'ok', 1],
      ['telnyx', 'ok', 1],
    ])
  })

  it('should go on where it was stopped, and change nothing a second time', async () => {
    write({ [ada.tenant.slug]: { deepgram: legacy.token, openai: PLAIN } })
    const stopped = new AbortController()
    stopped.abort()
    const prepared = await prepareImport({
      given: parseArguments(['import', ...FERNET]),
      env: { LEGACY_SECRET: SECRET },
      directory: folder,
    })
    const { isFine, report } = await runImport({ ...commandContext(rig.server), ...prepared, signal: stopped.signal })
    expect([isFine, report.left]).toEqual([false, 2])
    expect((await run(...FERNET)).outcomes).toEqual(['imported', 'imported'])
    expect((await run(...FERNET, '--replace')).outcomes).toEqual(['present', 'present'])
    expect(await open(ada, 'deepgram')).toMatchObject({ version: 1 })
  })

  it('should store nothing in a dry run', async () => {
    write({ [ada.tenant.slug]: { deepgram: legacy.token, openai: 'none' } })
    const { report, outcomes } = await run(...FERNET, '--dry-run')
    expect(outcomes).toEqual(['imported', 'not-a-key'])
    expect(report.dryRun).toBe(true)
    expect(await statusesOf(ada)).toEqual({})
  })
})

describe('importing plain text', () => {
  const PLAINTEXT = ['--plaintext', 'keys.json']

  it('should never take a token for a key', async () => {
    write([{ tenant: ada.tenant.id, provider: 'deepgram', apiKey: legacy.token }])
    const { report } = await run(...PLAINTEXT)
    expect(report.entries[0]).toMatchObject({
      outcome: 'unreadable',
      reason: 'its key is encrypted: import it with --fernet',
    })
  })

  it('should keep another key of the workspace unless it is told to replace it', async () => {
    write([{ tenant: ada.tenant.id, provider: 'openai', apiKey: PLAIN }])
    await run(...PLAINTEXT)
    const newer = `${PLAIN}-newer`
    write([{ tenant: ada.tenant.id, provider: 'openai', apiKey: newer }])
    expect((await run(...PLAINTEXT)).outcomes).toEqual(['kept'])
    expect(await open(ada, 'openai')).toEqual({ apiKey: PLAIN, version: 1 })
    expect((await run(...PLAINTEXT, '--replace')).outcomes).toEqual(['replaced'])
    expect(await open(ada, 'openai')).toEqual({ apiKey: newer, version: 2 })
  })

  it('should ask nobody, unless it is told to; then it stores no key that is refused', async () => {
    write([{ tenant: ada.tenant.id, provider: 'localllm', apiKey: 'loc-import-canary-0001' }])
    rig.provider.behaviour = 'refuse'
    expect((await run(...PLAINTEXT, '--check')).outcomes).toEqual(['refused'])
    expect(rig.provider.seenKeys).toEqual(['loc-import-canary-0001'])
    expect(await statusesOf(ada)).toEqual({})
    rig.provider.behaviour = 'accept'
    expect((await run(...PLAINTEXT, '--check')).outcomes).toEqual(['imported'])
    expect(await statusesOf(ada)).toEqual({ localllm: 'valid' })
    write([{ tenant: ben.tenant.id, provider: 'localllm', apiKey: 'loc-import-canary-0002' }])
    expect((await run(...PLAINTEXT)).outcomes).toEqual(['imported'])
    expect(rig.provider.seenKeys).not.toContain('loc-import-canary-0002')
  })

  it('should remove the file when asked to, and only when nothing is left over', async () => {
    write([
      { tenant: ada.tenant.id, provider: 'openai', apiKey: PLAIN },
      { tenant: 'nobody', provider: 'openai', apiKey: PLAIN },
    ])
    expect((await run(...PLAINTEXT, '--shred')).report.shredded).toBe(false)
    expect(readFileSync(file(), 'utf8')).toContain(PLAIN)
    write([{ tenant: ada.tenant.id, provider: 'openai', apiKey: PLAIN }])
    const { report, text } = await run(...PLAINTEXT)
    expect([report.shredded, text.replace(/\s+/g, ' ').includes('still holds these secrets')]).toEqual([false, true])
    expect((await run(...PLAINTEXT, '--shred')).report.shredded).toBe(true)
    expect(existsSync(file())).toBe(false)
  })
})

describe('what an import is given', () => {
  it.each([
    [[], 'Give either --plaintext or --fernet'],
    [['--plaintext', 'keys.json', '--salt', 'x'], '--salt belongs to --fernet.'],
    [['--plaintext', 'keys.json', '--shred', '--dry-run'], 'exclude each other'],
    [['--fernet', 'keys.json'], '--secret-env or --secret-file'],
    [['--fernet', 'keys.json', '--secret-env', 'LEGACY_SECRET'], 'give the --salt'],
    [[...FERNET, '--iterations', '0'], '--iterations must be'],
    [['--fernet', 'keys.json', '--secret-env', 'NOT_SET', '--salt', 'x'], 'is not set'],
    [['--fernet', 'keys.json', '--secret-env', 'LEGACY_SECRET', '--salt', 'hex:zz'], 'is not hex'],
    [['--plaintext', 'other.json'], 'cannot be read (ENOENT)'],
  ])('should refuse %j', async (args, message) => {
    write([])
    await expect(run(...args)).rejects.toThrow(message)
  })

  it('should not repeat a text that is no JSON', async () => {
    writeFileSync(file(), `{"openai": ${PLAIN}}`)
    await expect(run('--plaintext', 'keys.json')).rejects.toThrow(/^\S+keys\.json is no valid JSON\.$/)
  })
})
