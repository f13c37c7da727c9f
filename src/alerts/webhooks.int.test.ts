import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import type { ServerResponse } from 'node:http'
import { ALERT_SETTINGS, VAULT_SECRETS } from '../collections/slugs.ts'
import type { TestServer } from '../testing/boot.ts'
import type { TestPerson } from '../testing/people.ts'
import { waitUntil } from '../testing/wait-until.ts'
import { openVault } from '../vault/index.ts'
import { changeAlertSettings, readAlertSettings } from './alert-settings.ts'
import { raiseAlert } from './index.ts'
import { sendDueAlerts } from './send-due-alerts.ts'
import { alertsOf, callAs, createAlertRig, keyAlert, makeDue, signUpWithWebhook } from './testing/alert-rig.ts'
import type { AlertRig } from './testing/alert-rig.ts'
import { startWebhookReceiver, verifyWebhook } from './testing/webhook-receiver.ts'
import type { WebhookReceiver } from './testing/webhook-receiver.ts'

const DAY_MS = 24 * 60 * 60_000

let rig: AlertRig
let server: TestServer
let owner: TestPerson
let secret: string

beforeAll(async () => {
  rig = await createAlertRig()
  server = await rig.boot({ email: undefined })
})
afterAll(() => rig?.close())
beforeEach(async () => {
  ;({ owner, secret } = await signUpWithWebhook(server, rig))
  rig.receiver.webhooks.length = 0
})
afterEach(() => {
  rig.receiver.behave = (response) => void response.writeHead(204).end()
})

const answer =
  (status: number, headers: Record<string, string> = {}) =>
  (response: ServerResponse) =>
    void response.writeHead(status, headers).end()

/** Lets the time of an attempt at the first alert come, and waits until it was made. */
async function attempts(count: number) {
  if (count > 1) await makeDue(server, owner.tenant.id, 'webhook')
  return waitUntil(async () => {
    await sendDueAlerts({ payload: server.payload, webhookTimeoutMs: 500 })
    const [alert] = await alertsOf(server, owner.tenant.id)
    return (alert?.webhookOutcomes?.length ?? 0) >= count && alert
  }, `attempt ${count}`)
}

describe('a webhook that fails', () => {
  it('should be tried again after 1, 5, 30 and 120 minutes under one id, and then given up', async () => {
    rig.receiver.behave = answer(500)
    await raiseAlert(keyAlert(server, owner.tenant.id))
    const delays: number[] = []
    for (let count = 1; count <= 5; count += 1) {
      const { webhookDueAt } = await attempts(count)
      if (webhookDueAt) delays.push(Math.round((Date.parse(webhookDueAt) - Date.now()) / 60_000))
    }
    expect(delays).toEqual([1, 5, 30, 120])
    expect(rig.receiver.webhooks).toHaveLength(5)
    expect(new Set(rig.receiver.webhooks.map(({ headers }) => headers['webhook-id'])).size).toBe(1)
    const [alert] = await alertsOf(server, owner.tenant.id)
    expect(alert?.webhookDueAt ?? null).toBeNull()
    expect(alert?.webhookOutcomes?.map(({ ok, status }) => [ok, status])).toEqual(Array(5).fill([false, 500]))
  })

  it('should be sent by the next process where this one stops between two attempts, or during one', async () => {
    const first = await rig.boot({ email: undefined })
    const hanging: ServerResponse[] = []
    rig.receiver.behave = (response) => void hanging.push(response)
    await raiseAlert(keyAlert(first, owner.tenant.id))
    // Sent by the round of one of the two servers; stopping ends it without a result.
    await waitUntil(() => hanging.length > 0, 'the first attempt')
    await server.close()
    await first.close()
    rig.receiver.behave = answer(204)
    server = await rig.boot({ email: undefined })
    const [interrupted] = await alertsOf(server, owner.tenant.id)
    expect(interrupted?.webhookOutcomes ?? []).toEqual([])
    expect(Date.parse(String(interrupted?.webhookDueAt))).toBeGreaterThan(Date.now())

    await makeDue(server, owner.tenant.id, 'webhook')
    const alert = await attempts(1)
    expect(alert.webhookOutcomes).toEqual([{ at: expect.any(String), ok: true, status: 204 }])
    expect(rig.receiver.webhooks.map(({ headers }) => headers['webhook-id'])).toEqual(
      Array(2).fill(`alert_${alert.id}`),
    )
  })

  it('should be switched off after five days, with an alert, and on again when a test arrives', async () => {
    rig.receiver.behave = answer(503)
    await raiseAlert(keyAlert(server, owner.tenant.id))
    await attempts(1)
    const { payload } = server
    const tenant = owner.tenant.id
    expect((await readAlertSettings({ payload, tenant })).webhookFailingSince).toEqual(expect.any(String))
    const longAgo = new Date(Date.now() - 5 * DAY_MS - 1_000).toISOString()
    await changeAlertSettings({ payload, tenant, data: { webhookFailingSince: longAgo } })
    await attempts(2)
    const told = await waitUntil(
      async () => (await alertsOf(server, tenant)).find(({ kind }) => kind === 'webhook-disabled'),
      'the alert',
    )
    expect(told.webhookDueAt ?? null).toBeNull()
    const { body } = await callAs(server, owner, 'get', '/alert-settings').expect(200)
    expect(body.webhookDisabledAt).toEqual(expect.any(String))

    rig.receiver.behave = answer(204)
    await callAs(server, owner, 'post', '/alert-settings/test').expect(200)
    const again = await callAs(server, owner, 'get', '/alert-settings').expect(200)
    expect(again.body).toMatchObject({ webhookDisabledAt: null, webhookFailingSince: null, hasWebhookSecret: true })
    const resolved = (await alertsOf(server, tenant)).map(({ kind, resolvedAt }) => [kind, Boolean(resolvedAt)])
    expect(resolved).toEqual([
      ['key-state', false],
      ['webhook-disabled', true],
    ])
  })

  it('should be switched off at once where its server says that it is gone', async () => {
    rig.receiver.behave = answer(410)
    await raiseAlert(keyAlert(server, owner.tenant.id))
    await waitUntil(
      async () => (await alertsOf(server, owner.tenant.id)).some(({ kind }) => kind === 'webhook-disabled'),
      'the alert',
    )
    expect(rig.receiver.webhooks).toHaveLength(1)
  })
})

describe('a hostile receiver', () => {
  let inside: WebhookReceiver
  beforeEach(async () => {
    inside = await startWebhookReceiver()
  })
  afterEach(() => inside.close())

  it.each<[string, (response: ServerResponse) => void, unknown]>([
    ['redirects inside', (response) => answer(307, { location: inside.url })(response), 307],
    ['hangs', () => {}, 'unreachable'],
    [
      'answers byte by byte',
      (response) => {
        const timer = setInterval(() => response.write('.'), 20)
        response.on('close', () => clearInterval(timer))
      },
      'unreachable',
    ],
    ['breaks the connection', (response) => void response.socket?.destroy(), 'unreachable'],
    ['answers with a huge body', (response) => void response.writeHead(500).end(Buffer.alloc(5_000_000)), 500],
  ])('check 22, 24: should gain nothing where it %s', async (_, behave, status) => {
    rig.receiver.behave = behave
    await raiseAlert(keyAlert(server, owner.tenant.id))
    const { webhookOutcomes } = await attempts(1)
    expect(webhookOutcomes).toEqual([{ at: expect.any(String), ok: false, status }])
    expect(inside.webhooks).toHaveLength(0)
  })

  it('check 21: should not be reached inside, even where such an address got into the database', async () => {
    await server.payload.db.updateOne({
      collection: ALERT_SETTINGS,
      where: { tenant: { equals: String(owner.tenant.id) } },
      data: { webhookUrl: inside.url },
    })
    await raiseAlert(keyAlert(server, owner.tenant.id))
    const { webhookOutcomes } = await attempts(1)
    expect(webhookOutcomes?.[0]).toMatchObject({ ok: false, status: 'unreachable' })
    expect(inside.webhooks).toHaveLength(0)
  })
})

describe('the signing secret', () => {
  const test = async () => {
    const { body } = await callAs(server, owner, 'post', '/alert-settings/test').expect(200)
    const webhook = rig.receiver.webhooks.at(-1)
    if (!webhook) throw new Error('no webhook came')
    return { outcome: body.webhook, webhook }
  }

  it('should sign a test, and sign beside the former one for a day after it was replaced', async () => {
    const before = await test()
    expect(before.outcome).toMatchObject({ ok: true, status: 204 })
    expect(await verifyWebhook(before.webhook, secret)).toBe(true)

    const { body } = await callAs(server, owner, 'post', '/alert-settings/secret').expect(201)
    expect(body.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
    expect(Math.abs(Date.parse(body.formerValidUntil) - Date.now() - DAY_MS)).toBeLessThan(60_000)
    const during = await test()
    expect(await verifyWebhook(during.webhook, body.secret)).toBe(true)
    expect(await verifyWebhook(during.webhook, secret)).toBe(true)

    await endGrace()
    const after = await test()
    expect(await verifyWebhook(after.webhook, body.secret)).toBe(true)
    expect(await verifyWebhook(after.webhook, secret)).toBe(false)
  })

  /** As if a day had passed, and as the vault cleans up. */
  async function endGrace() {
    const { payload } = server
    await payload.db.updateMany({
      collection: VAULT_SECRETS,
      where: { and: [{ tenant: { equals: String(owner.tenant.id) } }, { destroyAfter: { exists: true } }] },
      data: { destroyAfter: new Date(0).toISOString() },
    })
    await openVault({ payload })
    const rows = await payload.db.find({
      collection: VAULT_SECRETS,
      where: { tenant: { equals: String(owner.tenant.id) } },
    })
    expect(rows.docs).toHaveLength(1)
  }

  it('check 23: should not follow the webhook to another origin', async () => {
    const elsewhere = `http://hooks.example.com/alerts`
    const moved = await callAs(server, owner, 'put', '/alert-settings', { webhookUrl: elsewhere }).expect(200)
    expect(moved.body).toMatchObject({ webhookUrl: elsewhere, hasWebhookSecret: false })
    const left = await server.payload.db.find({
      collection: VAULT_SECRETS,
      where: { tenant: { equals: String(owner.tenant.id) } },
    })
    expect(left.docs).toEqual([])
    await callAs(server, owner, 'post', '/alert-settings/test').expect(409)
    await raiseAlert(keyAlert(server, owner.tenant.id))
    expect((await alertsOf(server, owner.tenant.id))[0]?.webhookDueAt ?? null).toBeNull()
    // Coming back does not bring it back, and going by way of none does not take it along.
    const back = await callAs(server, owner, 'put', '/alert-settings', { webhookUrl: rig.receiver.url }).expect(200)
    expect(back.body.hasWebhookSecret).toBe(false)
    await callAs(server, owner, 'post', '/alert-settings/secret').expect(201)
    await callAs(server, owner, 'put', '/alert-settings', { webhookUrl: null }).expect(200)
    const again = await callAs(server, owner, 'put', '/alert-settings', { webhookUrl: elsewhere }).expect(200)
    expect(again.body.hasWebhookSecret).toBe(false)
  })

  it('should stay where only the path changes', async () => {
    const url = new URL('/elsewhere', rig.receiver.url).href
    const { body } = await callAs(server, owner, 'put', '/alert-settings', { webhookUrl: url }).expect(200)
    expect(body.hasWebhookSecret).toBe(true)
    const { webhook } = await test()
    expect(webhook.url).toBe('/elsewhere')
    expect(await verifyWebhook(webhook, secret)).toBe(true)
  })

  it('should be nowhere but in the answer that made it', async () => {
    const answers = await Promise.all([
      callAs(server, owner, 'get', '/alert-settings'),
      callAs(server, owner, 'get', '/audit-log'),
      callAs(server, owner, 'get', '/alerts'),
    ])
    for (const { text } of answers) expect(text).not.toMatch(/whsec_|in-the-query.*audit/)
    const rows = await server.payload.db.find({ collection: VAULT_SECRETS, limit: 0, pagination: false })
    expect(JSON.stringify(rows.docs)).not.toContain(secret.slice(6))
  })
})
