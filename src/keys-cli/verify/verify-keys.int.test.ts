import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { compositionOf } from '../../composition.ts'
import { VAULT_SECRETS } from '../../collections/slugs.ts'
import { bootKeyRig, callApi, signUpWithKeys } from '../../testing/key-rig.ts'
import type { KeyRig } from '../../testing/key-rig.ts'
import type { TestPerson } from '../../testing/people.ts'
import { unusedId } from '../../testing/test-database.ts'
import { createKeyRing, storeTenantSecret } from '../../vault/index.ts'
import { createEnvironmentKeys } from '../../vault/key-providers/environment-keys.ts'
import { renderLines } from '../output/page.ts'
import { commandContext } from '../testing/command-context.ts'
import { damageTo } from '../testing/damage-vault.ts'
import { examineVault } from './examine-vault.ts'
import { verifyKeys } from './verify-keys.ts'

const KEY = 'loc-verify-canary-4b1d0f7c2a9e4f6b'

let rig: KeyRig
let ada: TestPerson
let ben: TestPerson
beforeAll(async () => {
  rig = await bootKeyRig()
  ada = await signUpWithKeys(rig, { localllm: KEY, localstt: KEY, localtts: KEY, localphone: KEY })
  ben = await signUpWithKeys(rig, { localllm: KEY })
})
afterAll(() => rig?.close())

const verify = (mark = false) => verifyKeys({ ...commandContext(rig.server), mark })
const statusesOf = async (person: TestPerson) => {
  const { body } = await callApi(rig, { as: person, path: '/user-api-keys' }).expect(200)
  return Object.fromEntries(body.docs.map(({ provider, status }: Record<string, string>) => [provider, status]))
}
const dump = async () =>
  JSON.stringify((await rig.server.payload.db.find({ collection: VAULT_SECRETS, limit: 0, sort: 'id' })).docs)

describe('verifying a sound vault', () => {
  it('should open and count everything, and change nothing', async () => {
    await callApi(rig, {
      as: ben,
      method: 'put',
      path: '/user-api-keys/localllm',
      body: { apiKey: `${KEY}-2` },
    }).expect(200)
    await storeTenantSecret({
      payload: rig.server.payload,
      tenant: ben.tenant.id,
      name: 'alert-webhook',
      value: KEY,
      graceMs: 1_000,
    })
    const before = await dump()
    const { isFine, report, page } = await verify()
    expect(report).toMatchObject({
      command: 'verify',
      ok: true,
      vault: {
        tenants: 2,
        dataKeys: { total: 2, opened: 2 },
        secrets: { total: 7, opened: 7, byState: { 'in-use': 6, former: 1, pending: 0, expired: 0, orphan: 0 } },
        keys: { total: 5, byStatus: { valid: 5 } },
        findings: [],
        marked: 0,
      },
      audit: { problems: [] },
    })
    expect(report.audit.events).toBeGreaterThanOrEqual(6)
    expect(isFine).toBe(true)
    expect(page.map(({ level }) => level)).toEqual(['ok', 'ok'])
    expect(await dump()).toBe(before)
  })

  it('should lend each credential and keep none of them', async () => {
    const lent: string[] = []
    const kept: Record<string, string>[] = []
    await examineVault({
      ...commandContext(rig.server),
      onOpened({ provider }, credentials) {
        lent.push(`${provider} ${credentials.apiKey ?? credentials.secret}`)
        kept.push(credentials)
      },
    })
    expect(lent).toHaveLength(7)
    expect(lent).toContain(`localllm ${KEY}-2`)
    expect(kept.every((credentials) => Object.keys(credentials).length === 0)).toBe(true)
  })
})

describe('verifying under another encryption key', () => {
  it('should name the key that is missing, call nothing damaged, and mark nothing', async () => {
    const { vault } = compositionOf(rig.server.payload)
    const { keyRing } = vault
    const environment = { encryptionKey: Buffer.alloc(32, 9), encryptionKeysRetired: [] }
    const other = createKeyRing({ current: createEnvironmentKeys({ environment }), others: [] })
    Object.defineProperty(vault, 'keyRing', { value: other, configurable: true, writable: true })
    vault.dispose()
    try {
      const examined = await examineVault({ ...commandContext(rig.server), mark: true })
      expect(examined).toMatchObject({
        missingKeyIds: [keyRing.currentId],
        dataKeys: { total: 2, opened: 0 },
        secrets: { total: 7, opened: 0 },
        marked: 0,
      })
      expect(new Set(examined.findings.map(({ fault }) => fault))).toEqual(new Set(['encryption-key-missing']))
    } finally {
      Object.defineProperty(vault, 'keyRing', { value: keyRing, configurable: true, writable: true })
    }
    expect(await statusesOf(ada)).toMatchObject({ localllm: 'valid' })
  })
})

describe('verifying a damaged vault', () => {
  it('should name each row that does not open, orphans, lost ciphertexts and what was done to the audit log', async () => {
    const { payload } = rig.server
    const harm = damageTo({ payload, person: ada })
    await harm.flipByte('localllm')
    await harm.deleteCiphertext('localstt')
    await harm.deleteRow('localtts')
    await harm.tamperWithAuditLog()
    const other = damageTo({ payload, person: ben })
    await other.endGrace('localllm')

    const { isFine, report, page } = await verify()
    expect(isFine).toBe(false)
    const tenant = String(ada.tenant.id)
    const found = report.vault.findings.map(({ kind, tenant: whose, provider, version, fault }) => ({
      kind,
      whose,
      provider,
      version,
      fault,
    }))
    expect(found).toHaveLength(3)
    expect(found).toEqual(
      expect.arrayContaining([
        { kind: 'does-not-open', whose: tenant, provider: 'localllm', version: 1, fault: 'changed' },
        { kind: 'row-without-ciphertext', whose: tenant, provider: 'localstt', version: 1, fault: 'no-ciphertext' },
        { kind: 'ciphertext-without-row', whose: tenant, provider: 'localtts', version: 1, fault: undefined },
      ]),
    )
    expect(report.vault.secrets.byState).toMatchObject({ expired: 1, orphan: 1 })
    expect(report.audit.problems.map((problem) => problem.tenant)).toContain(tenant)
    const text = renderLines(page, { columns: 80, hasColour: false })
    expect(text.split('\n').filter((line) => line.length > 80)).toEqual([])
    expect(text).toContain(ada.tenant.slug)
    expect(JSON.stringify(report) + text).not.toContain(KEY)
    expect(await statusesOf(ada)).toMatchObject({ localllm: 'valid' })
  })

  it('should mark what does not open, once, and nothing else', async () => {
    expect((await verify(true)).report.vault.marked).toBe(2)
    expect(await statusesOf(ada)).toEqual({ localllm: 'undecryptable', localstt: 'undecryptable', localphone: 'valid' })
    expect((await verify(true)).report.vault.marked).toBe(0)
  })

  it('should tell a data key that is gone, and a workspace that is', async () => {
    const { payload } = rig.server
    const cy = await signUpWithKeys(rig, { localllm: KEY })
    await damageTo({ payload, person: cy }).deleteDataKeys()
    const tenant = String(unusedId(payload))
    const left = { tenant, credential: 'cred_left', provider: 'openai', version: 1, envelope: 'pb1.left' }
    await payload.db.create({ collection: VAULT_SECRETS, data: left })
    const { findings } = (await verify()).report.vault
    expect(findings).toContainEqual(expect.objectContaining({ tenant: String(cy.tenant.id), fault: 'no-data-key' }))
    expect(findings).toContainEqual(expect.objectContaining({ kind: 'gone-workspace', tenant }))
    expect(findings).toContainEqual(expect.objectContaining({ credentialId: 'cred_left', fault: 'no-envelope' }))
  })
})
