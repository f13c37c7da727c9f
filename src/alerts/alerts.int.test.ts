import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { AUDIT_LOG, TENANTS } from '../collections/slugs.ts'
import { flushAuditLog } from '../audit/index.ts'
import { createLogger } from '../log/create-logger.ts'
import type { TestServer } from '../testing/boot.ts'
import { signUp } from '../testing/people.ts'
import type { TestPerson } from '../testing/people.ts'
import { waitUntil } from '../testing/wait-until.ts'
import { raiseAlert, resolveAlerts } from './index.ts'
import { sendDueAlerts } from './send-due-alerts.ts'
import {
  alertsOf,
  callAs,
  createAlertRig,
  keyAlert,
  makeDue,
  openMailGate,
  signUpWithWebhook,
} from './testing/alert-rig.ts'
import type { AlertRig } from './testing/alert-rig.ts'
import { bodyOf, headerOf } from './testing/mail-server.ts'
import { verifyWebhook } from './testing/webhook-receiver.ts'

let rig: AlertRig
let one: TestServer
let other: TestServer
const logLines: string[] = []

beforeAll(async () => {
  rig = await createAlertRig()
  one = await rig.boot()
  other = await rig.boot({ publicUrl: one.url })
  for (const { payload } of [one, other]) {
    payload.logger = createLogger({ level: 'trace', destination: { write: (line) => void logLines.push(line) } })
  }
})
afterAll(() => rig?.close())
beforeEach(() => {
  rig.receiver.webhooks.length = 0
  rig.mail.mails.length = 0
})

const sendOnBoth = () => Promise.all([one, other].map(({ payload }) => sendDueAlerts({ payload })))

/** What is sent at all comes before the last round has ended; the servers' own rounds may have taken it. */
const sent = async (owner: TestPerson, channel: 'email' | 'webhook') =>
  waitUntil(async () => {
    await sendOnBoth()
    const alerts = await alertsOf(one, owner.tenant.id)
    return alerts.every((alert) => !alert[channel === 'email' ? 'emailDueAt' : 'webhookDueAt'])
  }, `the ${channel} of every alert`)

async function auditOf(owner: TestPerson, action: string) {
  await Promise.all([one, other].map(({ payload }) => flushAuditLog(payload)))
  const { docs } = await one.payload.find({
    collection: AUDIT_LOG,
    overrideAccess: true,
    depth: 0,
    where: { and: [{ tenant: { equals: owner.tenant.id } }, { action: { equals: action } }] },
  })
  return docs
}

describe('a change of a key', () => {
  it('should become one alert, one mail and one signed webhook, however many nodes see it', async () => {
    const { owner, secret } = await signUpWithWebhook(one, rig)
    const dedupeKey = 'key-state:cred_1:1:rejected'
    await Promise.all(
      [one, other, one, other].map((node) => raiseAlert(keyAlert(node, owner.tenant.id, { dedupeKey }))),
    )
    await makeDue(one, owner.tenant.id, 'email')
    await Promise.all([sendOnBoth(), sendOnBoth()])
    await sent(owner, 'email')
    await sent(owner, 'webhook')

    const alerts = await alertsOf(one, owner.tenant.id)
    expect(alerts).toHaveLength(1)
    expect(rig.mail.mails).toHaveLength(1)
    expect(rig.receiver.webhooks).toHaveLength(1)
    const [webhook] = rig.receiver.webhooks
    expect(webhook && (await verifyWebhook(webhook, secret))).toBe(true)
    expect(webhook && (await verifyWebhook({ ...webhook, body: `${webhook.body} ` }, secret))).toBe(false)
    expect(JSON.parse(webhook?.body ?? '')).toEqual({
      id: `alert_${alerts[0]?.id}`,
      type: 'alert',
      createdAt: expect.any(String),
      tenant: { id: owner.tenant.id, slug: owner.tenant.slug, name: expect.any(String) },
      alert: expect.objectContaining({
        kind: 'key-state',
        severity: 'critical',
        provider: 'deepgram',
        providerName: 'Deepgram',
        credentialId: 'cred_1',
        version: 1,
        from: 'valid',
        to: 'rejected',
        fixUrl: `${one.url}/admin/settings/api-keys/deepgram`,
      }),
    })
    expect(webhook?.headers['webhook-id']).toBe(`alert_${alerts[0]?.id}`)
    expect(await auditOf(owner, 'alert.raised')).toHaveLength(1)
    expect((await auditOf(owner, 'alert.sent')).map(({ result }) => result)).toEqual(['ok', 'ok'])

    const { body } = await callAs(one, owner, 'get', '/alerts').expect(200)
    expect(body.docs[0].deliveries.map(({ channel, ok }: { channel: string; ok: boolean }) => [channel, ok])).toEqual(
      expect.arrayContaining([
        ['email', true],
        ['webhook', true],
      ]),
    )
    expect(JSON.stringify(body)).not.toMatch(/emailDueAt|webhookOutcomes|dedupeKey|in-the-query/)
    expect(logLines.join('')).not.toMatch(/in-the-query|whsec_/)
  })

  it('should be told again after it was resolved, and not before', async () => {
    const owner = await signUp(one)
    const alert = keyAlert(one, owner.tenant.id)
    await raiseAlert(alert)
    await raiseAlert(alert)
    await raiseAlert({ ...alert, kind: 'key-expiry', dedupeKey: 'key-expiry' })
    expect(await alertsOf(one, owner.tenant.id)).toHaveLength(2)

    await resolveAlerts({ payload: one.payload, tenant: owner.tenant.id, credentialId: 'cred_1', kind: 'key-state' })
    await raiseAlert(alert)
    const states = (await alertsOf(one, owner.tenant.id)).map(({ kind, resolvedAt }) => [kind, Boolean(resolvedAt)])
    expect(states).toEqual([
      ['key-state', true],
      ['key-expiry', false],
      ['key-state', false],
    ])
    expect(await auditOf(owner, 'alert.resolved')).toHaveLength(1)
  })

  it('should concern its own workspace alone', async () => {
    const [owner, stranger] = [await signUp(one), await signUp(one)]
    await raiseAlert(keyAlert(one, owner.tenant.id, { dedupeKey: 'same' }))
    await raiseAlert(keyAlert(one, stranger.tenant.id, { dedupeKey: 'same' }))
    await resolveAlerts({ payload: one.payload, tenant: stranger.tenant.id, credentialId: 'cred_1' })
    const [alert] = await alertsOf(one, owner.tenant.id)
    expect(alert?.resolvedAt ?? null).toBeNull()
    expect((await alertsOf(one, stranger.tenant.id))[0]?.resolvedAt).toEqual(expect.any(String))
    const { body } = await callAs(one, stranger, 'get', '/alerts').expect(200)
    expect(body.docs).toHaveLength(1)
    await callAs(one, stranger, 'get', `/alerts/${alert?.id}`).expect(404)
  })
})

describe('the mail of a workspace', () => {
  it('should hold all that changed at once, and come once in a while', async () => {
    const owner = await signUp(one)
    for (const provider of ['deepgram', 'openai', 'elevenlabs']) {
      await raiseAlert(keyAlert(one, owner.tenant.id, { provider, message: `Key of ${provider} refused.` }))
    }
    await sendOnBoth()
    expect(rig.mail.mails).toHaveLength(0)
    await makeDue(one, owner.tenant.id, 'email')
    await sent(owner, 'email')
    expect(rig.mail.mails).toHaveLength(1)
    const [mail] = rig.mail.mails
    expect(mail?.to).toEqual([owner.email])
    for (const provider of ['deepgram', 'openai', 'elevenlabs']) {
      expect(mail && bodyOf(mail)).toContain(`Key of ${provider} refused.`)
    }
    expect(mail && headerOf(mail, 'Subject')).toMatch(/Deepgram, OpenAI, ElevenLabs · 3 alerts/)

    await raiseAlert(keyAlert(one, owner.tenant.id))
    await makeDue(one, owner.tenant.id, 'email')
    await sendOnBoth()
    expect(rig.mail.mails).toHaveLength(1)
    const [, , , waiting] = await alertsOf(one, owner.tenant.id)
    expect(Date.parse(String(waiting?.emailDueAt)) - Date.now()).toBeGreaterThan(4 * 60_000)

    await openMailGate(one, owner.tenant.id)
    await makeDue(one, owner.tenant.id, 'email')
    await sent(owner, 'email')
    expect(rig.mail.mails).toHaveLength(2)
  })

  it('should be safe to read, whatever a workspace and its alerts are called', async () => {
    const owner = await signUp(one)
    await one.payload.update({
      collection: TENANTS,
      id: owner.tenant.id,
      overrideAccess: true,
      data: { name: 'Acme\r\nBcc: eve@example.com <b>' },
    })
    const message = 'It says <script>alert(1)</script>\r\n.\r\nand "more".'
    await raiseAlert(keyAlert(one, owner.tenant.id, { message, fixUrl: 'javascript:alert(1)' }))
    await makeDue(one, owner.tenant.id, 'email')
    await sent(owner, 'email')
    const [mail] = rig.mail.mails
    if (!mail) throw new Error('no mail came')
    expect(mail.to).toEqual([owner.email])
    expect(headerOf(mail, 'Bcc')).toBe('')
    expect(headerOf(mail, 'Subject')).toContain('Acme Bcc: eve@example.com <b> · Deepgram · It says')
    const html = bodyOf(mail).slice(bodyOf(mail).indexOf('<p>'))
    expect(html).toContain('&lt;script&gt;')
    expect(html).not.toMatch(/<script|<b>|href="javascript/)
  })

  it('should be tried again where the server does not take it, and given up in the end', async () => {
    const owner = await signUp(one)
    rig.mail.refuseWith = 451
    await raiseAlert(keyAlert(one, owner.tenant.id))
    const delays: number[] = []
    for (let attempt = 1; attempt <= 5; attempt += 1) {
      await makeDue(one, owner.tenant.id, 'email')
      const alert = await waitUntil(async () => {
        await sendOnBoth()
        const [found] = await alertsOf(one, owner.tenant.id)
        return found?.emailOutcomes?.length === attempt && found
      }, `attempt ${attempt}`)
      if (alert.emailDueAt) delays.push(Math.round((Date.parse(alert.emailDueAt) - Date.now()) / 60_000))
    }
    rig.mail.refuseWith = undefined
    expect(delays).toEqual([1, 5, 30, 120])
    const [alert] = await alertsOf(one, owner.tenant.id)
    expect(alert?.emailDueAt ?? null).toBeNull()
    expect(alert?.emailOutcomes?.map(({ status }) => status)).toEqual([451, 451, 451, 451, 451])
    expect((await auditOf(owner, 'alert.sent')).map(({ result }) => result)).toEqual(['failed'])
    expect(logLines.join('')).not.toContain(owner.email)
  })

  it('should not come where the owners want none', async () => {
    const owner = await signUp(one)
    await callAs(one, owner, 'put', '/alert-settings', { emailOwners: false }).expect(200)
    await raiseAlert(keyAlert(one, owner.tenant.id))
    expect((await alertsOf(one, owner.tenant.id))[0]?.emailDueAt ?? null).toBeNull()
  })
})

describe('without a mail server', () => {
  it('should keep the alert for the console alone, and say so', async () => {
    const lines: string[] = []
    const node = await rig.boot({ email: undefined })
    node.payload.logger = createLogger({ level: 'info', destination: { write: (line) => void lines.push(line) } })
    const owner = await signUp(node)
    await raiseAlert(keyAlert(node, owner.tenant.id))
    expect((await alertsOf(node, owner.tenant.id))[0]?.emailDueAt ?? null).toBeNull()
    const { body } = await callAs(node, owner, 'get', '/alert-settings').expect(200)
    expect(body.isEmailConfigured).toBe(false)
    await callAs(node, owner, 'post', '/users/forgot-password', { email: owner.email }).expect(200)
    expect(lines.filter((line) => line.includes('SMTP_URL is not set'))).toHaveLength(1)
    expect(lines.join('')).not.toContain(owner.email)
    await node.close()
  })
})

describe('a forgotten password', () => {
  it('should be mailed with a link to the public address, whatever host was asked', async () => {
    const owner = await signUp(one)
    await callAs(one, { headers: { Host: 'evil.example' } }, 'post', '/users/forgot-password', { email: owner.email })
    const mail = await waitUntil(() => rig.mail.mails[0], 'the mail')
    expect(mail.to).toEqual([owner.email])
    expect(headerOf(mail, 'From')).toBe('Patchbay <alerts@patchbay.test>')
    expect(bodyOf(mail)).toContain(`${one.url}/admin/reset/`)
    expect(bodyOf(mail)).not.toContain('evil.example')
  })
})
