import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { appendAuditEvent, flushAuditLog, verifyAuditLog } from '../../audit/index.ts'
import { bootKeyRig, callApi, signUpWithKeys } from '../../testing/key-rig.ts'
import type { KeyRig } from '../../testing/key-rig.ts'
import { addPerson, addPlatformAdmin, signUp } from '../../testing/people.ts'
import type { TestPerson } from '../../testing/people.ts'

type Line = Record<string, unknown> & { action: string; sequence: number }

const directory = mkdtempSync(path.join(tmpdir(), 'patchbay-audit-'))
let rig: KeyRig
let owner: TestPerson

beforeAll(async () => {
  rig = await bootKeyRig()
  owner = await signUpWithKeys(rig, { localllm: 'loc-0123456789-one', localtts: 'loc-0123456789-two' })
})

afterAll(async () => {
  await rig.close()
  rmSync(directory, { recursive: true, force: true })
})

const get = (as: { headers: Record<string, string> }, url: string) => callApi(rig, { as, path: url })
const exportOf = async (query: string, as = owner): Promise<string> => {
  const response = await fetch(`${rig.server.url}/api/audit-log/export?${query}`, { headers: as.headers })
  expect(response.status).toBe(200)
  return response.text()
}
const linesOf = async (query = '', as = owner): Promise<Line[]> =>
  (await exportOf(`format=jsonl&${query}`, as))
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Line)

/** Runs the script of the documentation. */
function verifyOffline(text: string): string {
  const [, script = ''] = /```js\n([\s\S]*?)```/.exec(readFileSync('docs/audit-log.md', 'utf8')) ?? []
  writeFileSync(path.join(directory, 'verify.mjs'), script)
  writeFileSync(path.join(directory, 'log.jsonl'), text)
  const { NODE_OPTIONS, ...env } = process.env
  return execFileSync(process.execPath, ['verify.mjs', 'log.jsonl'], { cwd: directory, env, encoding: 'utf8' })
}

describe('who reads an audit log', () => {
  it('should be owners, and platform admins', async () => {
    const urls = ['/audit-log', '/audit-log/export?format=csv', '/user-api-keys/localllm/history']
    for (const role of ['editor', 'viewer'] as const) {
      const member = await addPerson(rig.server, { tenant: owner.tenant, role })
      for (const url of urls) expect([role, url, (await get(member, url)).status]).toEqual([role, url, 403])
    }
    const stranger = await signUp(rig.server)
    const headers = { ...stranger.headers, 'X-Tenant': owner.tenant.slug }
    for (const url of urls.slice(1)) await get({ headers }, url).expect(404)
    expect((await get(stranger, '/audit-log?limit=0')).body.docs).toHaveLength(1)
    const admin = { headers: { ...(await addPlatformAdmin(rig.server)).headers, 'X-Tenant': owner.tenant.slug } }
    for (const url of urls) await get(admin, url).expect(200)
    for (const url of urls.slice(1)) expect((await callApi(rig, { path: url })).status).toBe(401)
  })
})

describe('the history of a key', () => {
  it('should tell what happened to it, the newest first', async () => {
    const test = { provider: 'localllm' }
    await callApi(rig, { as: owner, method: 'post', path: '/user-api-keys/validate', body: test }).expect(200)
    const { body } = await get(owner, '/user-api-keys/localllm/history?limit=1').expect(200)
    expect(body).toMatchObject({ totalDocs: 2, page: 1, totalPages: 2 })
    expect(body.docs).toEqual([
      {
        id: expect.anything(),
        at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:]{8}\.\d{3}Z$/),
        action: 'key.tested',
        result: 'ok',
        actor: { name: owner.email },
        version: 1,
        purpose: 'check',
        details: { status: 'valid' },
      },
    ])
    const { body: second } = await get(owner, '/user-api-keys/localllm/history?limit=1&page=2').expect(200)
    expect(second.docs).toMatchObject([{ action: 'key.stored', version: 1, details: { status: 'valid' } }])
    await get(owner, '/user-api-keys/localllm/history?page=0').expect(400)
  })
})

describe('an export', () => {
  it('should be verified offline by the script of the documentation, also after many events', async () => {
    const { payload } = rig.server
    const subject = { collection: 'calls', id: 'ünï "quoted"\n' }
    const event = { payload, tenant: owner.tenant.id, actor: 'system', action: 'key.used', subject } as const
    const details = { b: [1, 0.5, -1e21, true, null], a: { z: '\u2028', é: '👍' }, 'with.dot': {} }
    await Promise.all(
      Array.from({ length: 1_100 }, (_, version) => appendAuditEvent({ ...event, result: 'ok', version, details })),
    )
    await flushAuditLog(payload)
    const text = await exportOf('format=jsonl')
    const rows = text.split('\n').filter(Boolean)
    const { sequence, hash } = JSON.parse(rows.at(-1) ?? '')
    expect(sequence).toBeGreaterThan(1_100)
    expect(verifyOffline(text)).toBe(`read to ${sequence}, ${hash}\n`)
    expect((await verifyAuditLog({ payload, tenant: owner.tenant.id })).problems).toEqual([])

    const changed = rows.with(4, (rows[4] ?? '').replace('"result":"ok"', '"result":"failed"'))
    expect(verifyOffline(changed.join('\n'))).toContain('5: changed\n')
    expect(verifyOffline(rows.toSpliced(4, 1).join('\n'))).toContain('6: does not follow 4\n')
    const swapped = rows.with(4, rows[5] ?? '').with(5, rows[4] ?? '')
    expect(verifyOffline(swapped.join('\n'))).toContain('does not follow')
  })

  it('should be named, never cached, and noted', async () => {
    const response = await fetch(`${rig.server.url}/api/audit-log/export`, { headers: owner.headers })
    const text = await response.text()
    expect(response.headers.get('content-disposition')).toMatch(/^attachment; filename="audit-log-[\d-]{10}\.csv"$/)
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8')
    expect(text.split('\r\n')[0]).toBe(
      'sequence,at,action,result,actorName,actorId,actorKind,provider,credentialId,version,purpose,subjectCollection,subjectId,details,hash',
    )
    await flushAuditLog(rig.server.payload)
    expect((await linesOf('action=log.exported')).at(-1)).toMatchObject({
      actorName: owner.email,
      details: { format: 'csv' },
    })
  })

  it('should hold what it is asked for and nothing else', async () => {
    const stored = await linesOf('action=key.stored')
    expect(stored.map(({ provider }) => provider)).toEqual(['localllm', 'localtts'])
    expect((await linesOf('action=key.stored&provider=localtts')).map(({ provider }) => provider)).toEqual(['localtts'])
    expect(await linesOf('to=2020-01-01')).toEqual([])
    expect(await linesOf('from=2999-01-01T00:00:00Z')).toEqual([])
    const [first] = stored
    expect(await linesOf(`action=key.stored&from=${first?.at}&to=${first?.at}`)).toEqual([first])
    for (const query of ['format=xml', 'from=yesterday', 'where[tenant]=1']) {
      const { body } = await get(owner, `/audit-log/export?${query}`).expect(400)
      expect(body.code).toBe('invalid_input')
    }
  })

  it('should keep a spreadsheet from calculating', async () => {
    const eve = await signUp(rig.server)
    const { payload } = rig.server
    const bad = ['=1+1', '+1', '-1', '@x', '\t=1', '＝1', 'a "b", c']
    for (const id of bad) {
      const subject = { collection: 'users', id }
      await appendAuditEvent({
        payload,
        tenant: eve.tenant.id,
        actor: eve,
        action: 'member.added',
        subject,
        result: 'ok',
      })
    }
    const text = await exportOf('format=csv&action=member.added', eve)
    const cells = text
      .split('\r\n')
      .slice(1, -1)
      .map((line) => line.split(',').slice(12, -2).join(','))
    expect(cells).toEqual(["'=1+1", "'+1", "'-1", "'@x", "'\t=1", "'＝1", '"a ""b"", c"'])
  })
})

describe('who is refused access to a key', () => {
  it('should be noted by name where they belong to the workspace, and without where not', async () => {
    const { payload } = rig.server
    const victim = await signUpWithKeys(rig, { localllm: 'loc-0123456789-three' })
    const editor = await addPerson(rig.server, { tenant: victim.tenant, role: 'editor' })
    await callApi(rig, { as: editor, method: 'delete', path: '/user-api-keys/localllm' }).expect(403)
    const stranger = await signUp(rig.server, 'Stranger')
    const outside = { headers: { ...stranger.headers, 'X-Tenant': String(victim.tenant.id) } }
    await callApi(rig, { as: outside, method: 'delete', path: '/user-api-keys/localllm' }).expect(404)
    const { docs } = await payload.find({
      collection: 'provider-keys',
      overrideAccess: true,
      where: { tenant: { equals: victim.tenant.id } },
    })
    await get(stranger, `/provider-keys/${docs[0]?.id}`).expect(404)
    await flushAuditLog(payload)
    const refused = await linesOf('action=key.refused', victim)
    expect(refused).toEqual([
      expect.objectContaining({
        actorName: editor.email,
        actorId: String(editor.id),
        provider: 'localllm',
        result: 'refused',
      }),
      expect.objectContaining({ actorName: 'Somebody of another workspace', actorId: null, provider: 'localllm' }),
      expect.objectContaining({ actorKind: 'outsider', provider: 'localllm', credentialId: docs[0]?.credentialId }),
    ])
    expect(JSON.stringify(refused)).not.toContain(stranger.email)
  })

  it('should not fill the log', async () => {
    const victim = await signUp(rig.server)
    const viewer = await addPerson(rig.server, { tenant: victim.tenant, role: 'viewer' })
    await Promise.all(Array.from({ length: 40 }, () => get(viewer, '/user-api-keys').expect(403)))
    await flushAuditLog(rig.server.payload)
    const refused = await linesOf('action=key.refused', victim)
    expect(refused).toHaveLength(10)
    expect(refused.at(-1)).toMatchObject({ details: { note: expect.stringContaining('not noted') } })
  })
})
