import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createAlertRig, alertsOf, callAs, keyAlert, signUpWithWebhook } from '../../alerts/testing/alert-rig.ts'
import type { AlertRig } from '../../alerts/testing/alert-rig.ts'
import { raiseAlert } from '../../alerts/index.ts'
import { flushAuditLog } from '../../audit/index.ts'
import type { TestServer } from '../../testing/boot.ts'
import { addPerson, addPlatformAdmin, signUp } from '../../testing/people.ts'
import type { TestPerson } from '../../testing/people.ts'
import { ALERT_SETTINGS, AUDIT_LOG, TENANTS, VAULT_SECRETS } from '../slugs.ts'

type Headers = { headers: Record<string, string> }

let rig: AlertRig
let server: TestServer
let owner: TestPerson
let people: Record<'owner' | 'editor' | 'viewer' | 'admin' | 'stranger' | 'anonymous', Headers>
let alertId: number | string

beforeAll(async () => {
  rig = await createAlertRig()
  server = await rig.boot()
  ;({ owner } = await signUpWithWebhook(server, rig))
  const { tenant } = owner
  people = {
    owner,
    editor: await addPerson(server, { tenant, role: 'editor' }),
    viewer: await addPerson(server, { tenant, role: 'viewer' }),
    admin: await addPlatformAdmin(server),
    stranger: await signUp(server),
    anonymous: { headers: {} },
  }
  await raiseAlert(keyAlert(server, tenant.id))
  alertId = (await alertsOf(server, tenant.id))[0]?.id ?? 0
})
afterAll(() => rig?.close())

const inTenant = ({ headers }: Headers): Headers => ({ headers: { ...headers, 'X-Tenant': owner.tenant.slug } })
const asWhom = (who: keyof typeof people) => (who === 'anonymous' ? people.anonymous : inTenant(people[who]))

describe.each([
  ['get', '/alert-settings', undefined],
  ['put', '/alert-settings', { emailOwners: false }],
  ['post', '/alert-settings/secret', undefined],
  ['post', '/alert-settings/test', undefined],
] as const)('%s %s', (method, path, body) => {
  it.each([
    ['editor', 403, 'forbidden'],
    ['viewer', 403, 'forbidden'],
    ['admin', 403, 'forbidden'],
    ['stranger', 404, 'not_found'],
    ['anonymous', 401, 'unauthenticated'],
  ] as const)('should answer the %s %i %s', async (who, status, code) => {
    const answer = await callAs(server, asWhom(who), method, path, body).expect(status)
    expect(answer.body.code).toBe(code)
    expect(answer.headers['cache-control']).toContain('no-store')
  })
})

describe('the settings', () => {
  it('should be told to owners whole, but for the secret, and kept by no cache', async () => {
    const answer = await callAs(server, owner, 'get', '/alert-settings').expect(200)
    expect(answer.body).toEqual({
      emailOwners: true,
      isEmailConfigured: true,
      webhookUrl: rig.receiver.url,
      hasWebhookSecret: true,
      webhookFailingSince: null,
      webhookDisabledAt: null,
    })
    expect(answer.headers['cache-control']).toContain('no-store')
  })

  it.each([
    'https://127.0.0.1/',
    'https://2130706433/',
    'https://[::ffff:169.254.169.254]/',
    'https://metadata.google.internal/',
    'https://localhost/',
    'ftp://hooks.example.com/',
    'not an address',
    'https://user:pass@hooks.example.com/',
    'http://127.0.0.1:1/',
  ])('check 21: should refuse %s as a webhook when it is saved', async (webhookUrl) => {
    const { body } = await callAs(server, owner, 'put', '/alert-settings', { webhookUrl }).expect(400)
    expect(body).toMatchObject({ code: 'invalid_destination', error: expect.stringMatching(/\.$/) })
    expect((await callAs(server, owner, 'get', '/alert-settings')).body.webhookUrl).toBe(rig.receiver.url)
  })

  it('should take nothing that is not for owners to set', async () => {
    const forged = { tenant: 1, webhookSecretVersion: 9, webhookDisabledAt: '2020-01-01', emailNotBefore: '2099-01-01' }
    const { body } = await callAs(server, owner, 'put', '/alert-settings', forged).expect(200)
    expect(body).toMatchObject({ webhookDisabledAt: null, hasWebhookSecret: true })
    await callAs(server, owner, 'put', '/alert-settings', { emailOwners: 'yes' }).expect(400)
    const other = people.stranger
    expect((await callAs(server, other, 'get', '/alert-settings').expect(200)).body).toMatchObject({
      webhookUrl: null,
      hasWebhookSecret: false,
    })
  })

  it('should be written down by their names when they change', async () => {
    const { owner: changer } = await signUpWithWebhook(server, rig)
    await callAs(server, changer, 'put', '/alert-settings', { emailOwners: true }).expect(200)
    await callAs(server, changer, 'put', '/alert-settings', { emailOwners: false, webhookUrl: null }).expect(200)
    await flushAuditLog(server.payload)
    const { docs } = await server.payload.find({
      collection: AUDIT_LOG,
      overrideAccess: true,
      where: { and: [{ tenant: { equals: changer.tenant.id } }, { action: { equals: 'alert.settings-changed' } }] },
      sort: 'sequence',
    })
    expect(docs.map(({ details }) => details)).toEqual([
      { fields: ['webhookUrl'] },
      { fields: ['webhookSecret'] },
      { fields: ['emailOwners', 'webhookUrl'] },
    ])
    expect(JSON.stringify(docs)).not.toMatch(/127\.0\.0\.1|whsec_/)
  })

  it('should not be reached through the generated REST', async () => {
    for (const path of [`/${ALERT_SETTINGS}`, `/${ALERT_SETTINGS}/1`, `/${ALERT_SETTINGS}/count`]) {
      expect([path, (await callAs(server, owner, 'get', path)).status]).toEqual([path, 501])
    }
    await callAs(server, owner, 'post', '/alert-settings', { tenant: '1' }).expect(404)
    await callAs(server, owner, 'get', '/alert-settings/1').expect(404)
  })

  it('check 24: should be tested only so often', async () => {
    const tester = await signUpWithWebhook(server, rig)
    const statuses: number[] = []
    for (let count = 0; count < 6; count += 1) {
      statuses.push((await callAs(server, tester.owner, 'post', '/alert-settings/test')).status)
    }
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429])
  })

  it('should go with their workspace', async () => {
    const { owner: leaver } = await signUpWithWebhook(server, rig)
    await raiseAlert(keyAlert(server, leaver.tenant.id))
    await server.payload.delete({ collection: TENANTS, id: leaver.tenant.id, overrideAccess: true })
    for (const collection of [ALERT_SETTINGS, VAULT_SECRETS]) {
      const { docs } = await server.payload.db.find({
        collection,
        where: { tenant: { equals: String(leaver.tenant.id) } },
      })
      expect([collection, docs]).toEqual([collection, []])
    }
    expect(await alertsOf(server, leaver.tenant.id)).toEqual([])
  })
})

describe('an alert', () => {
  it.each([
    ['owner', 200],
    ['editor', 200],
    ['viewer', 404],
    ['stranger', 404],
  ] as const)('should be answered to the %s with %i', async (who, status) => {
    await callAs(server, people[who], 'get', `/alerts/${alertId}`).expect(status)
  })

  it.each([
    ['editor', 403],
    ['viewer', 404],
    ['admin', 403],
    ['stranger', 404],
    ['anonymous', 401],
  ] as const)('should not be acknowledged by the %s (%i)', async (who, status) => {
    await callAs(server, asWhom(who), 'post', `/alerts/${alertId}/acknowledge`).expect(status)
    expect((await alertsOf(server, owner.tenant.id))[0]?.acknowledgedAt ?? null).toBeNull()
  })

  it('should be acknowledged once', async () => {
    const first = await callAs(server, owner, 'post', `/alerts/${alertId}/acknowledge`).expect(200)
    expect(first.body.alert).toEqual({ id: alertId, acknowledgedAt: expect.any(String), acknowledgedBy: owner.email })
    const second = await callAs(server, owner, 'post', `/alerts/${alertId}/acknowledge`).expect(200)
    expect(second.body).toEqual(first.body)
    await flushAuditLog(server.payload)
    const { totalDocs } = await server.payload.count({
      collection: AUDIT_LOG,
      overrideAccess: true,
      where: { and: [{ tenant: { equals: owner.tenant.id } }, { action: { equals: 'alert.acknowledged' } }] },
    })
    expect(totalDocs).toBe(1)
  })

  it('should not be written by anybody', async () => {
    for (const method of ['post', 'put'] as const) {
      const path = method === 'post' ? '/alerts' : `/alerts/${alertId}`
      const { status } = await callAs(server, owner, method, path, { message: 'x' })
      expect([403, 404]).toContain(status)
    }
  })
})
