import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { CallHandle } from '../../simulators/telnyx/index.ts'
import { createCallRig } from '../testing/call-rig.ts'
import type { CallRig, Workspace } from '../testing/call-rig.ts'
import { eventOf, postWebhook } from '../testing/carrier-webhooks.ts'
import type { HandmadeWebhook } from '../testing/carrier-webhooks.ts'
import { signUp } from '../testing/people.ts'

describe('a webhook', () => {
  let rig: CallRig
  let tenant: Workspace
  let other: Workspace
  let url: string
  /** The carrier keeps silent, so that every word of it is one of these tests. */
  beforeAll(async () => {
    rig = await createCallRig({ tenants: 2 })
    ;[tenant, other] = rig.workspaces as [Workspace, Workspace]
    url = tenant.carrier.webhookUrl ?? ''
    tenant.carrier.webhookUrl = undefined
  })
  afterAll(() => rig?.close())

  const urlOf = (path: string) => `${rig.server.url}/webhooks/${path}`
  const post = (body: string, changes: Partial<HandmadeWebhook> = {}) =>
    postWebhook({ url, signer: tenant.carrier, body, ...changes })
  /** Everything that webhooks may change. */
  const effects = async () => {
    await rig.server.idle()
    const records = await Promise.all(rig.workspaces.map((workspace) => workspace.callRecords()))
    return {
      records: records.map(({ length }) => length),
      commands: rig.telnyx.commands.filter(({ isDuplicate }) => !isDuplicate).length,
    }
  }
  const recordsOf = async ({ callControlId }: CallHandle) =>
    (await tenant.callRecords()).filter(({ carrierCallId }) => carrierCallId === callControlId)
  const actionsOn = (call: CallHandle) =>
    rig.telnyx.commands
      .filter(({ callControlId, isDuplicate }) => callControlId === call.callControlId && !isDuplicate)
      .map(({ action }) => action)

  describe('that is not genuine', () => {
    const CASES: [string, number, (body: string) => Partial<HandmadeWebhook>][] = [
      ['is forged', 401, () => ({ signer: other.carrier })],
      ['is older than five minutes', 401, () => ({ offsetSeconds: -302 })],
      ['comes from more than five minutes ahead', 401, () => ({ offsetSeconds: 302 })],
      ['has no signature', 401, () => ({ headers: { 'telnyx-signature-ed25519': undefined } })],
      ['has no timestamp', 401, () => ({ headers: { 'telnyx-timestamp': undefined } })],
      ['has an empty signature', 401, () => ({ headers: { 'telnyx-signature-ed25519': '' } })],
      ['has a timestamp that is no number', 401, () => ({ headers: { 'telnyx-timestamp': 'now' } })],
      ['was changed on its way', 401, (body) => ({ sentBody: body.replace('+13125550100', '+13125550199') })],
      ['has one blank more', 401, (body) => ({ sentBody: `${body} ` })],
      ['carries a signature of another tenant', 401, () => ({ url: urlOf(`telnyx/${other.tenantId}`) })],
      ['names a tenant that is not there', 401, () => ({ url: urlOf('telnyx/999999') })],
      ['names a tenant by text', 401, () => ({ url: urlOf('telnyx/acme') })],
      ['names a tenant by another kind of id', 401, () => ({ url: urlOf(`telnyx/${'5f'.repeat(12)}`) })],
      ['names a tenant by a number of another form', 401, () => ({ url: urlOf(`telnyx/${tenant.tenantId}.0`) })],
      ['names a tenant by a path that is none', 400, () => ({ url: urlOf('telnyx/%E0%A4%A') })],
      [
        'writes the workspace in another way',
        401,
        () => ({
          url: urlOf(`telnyx/${/^\d+$/.test(tenant.tenantId) ? `0${tenant.tenantId}` : tenant.tenantId.toUpperCase()}`),
        }),
      ],
      ['names a carrier that is not there', 404, () => ({ url: urlOf(`nobody/${tenant.tenantId}`) })],
      ['names a provider that is no carrier', 404, () => ({ url: urlOf(`deepgram/${tenant.tenantId}`) })],
    ]
    it.each(CASES)('should have no effect when it %s', async (_what, status, change) => {
      const call = tenant.call()
      const before = await effects()
      const body = eventOf(call, 'call.initiated')
      const answer = await post(body, change(body))
      expect(answer.status).toBe(status)
      expect(JSON.parse(answer.body)).toEqual({ error: expect.any(String), code: expect.any(String) })
      expect(await effects()).toEqual(before)
      call.hangUp()
    })

    it('should have no effect in a workspace without a key of the carrier', async () => {
      const person = await signUp(rig.server)
      const body = eventOf(tenant.call(), 'call.initiated')
      const before = await effects()
      expect((await post(body, { url: urlOf(`telnyx/${person.tenant.id}`) })).status).toBe(401)
      expect(await effects()).toEqual(before)
    })
  })

  it('should be refused with a clear answer where it is genuine and none that is documented', async () => {
    const before = await effects()
    const flat = JSON.stringify({ id: randomUUID(), event_type: 'call_initiated', payload: {} })
    for (const body of [
      flat,
      '{',
      '[]',
      '',
      JSON.stringify({ data: {} }),
      eventOf({ callControlId: '', from: '', to: '' }, 'call.initiated'),
    ]) {
      expect([body, (await post(body)).status]).toEqual([body, 400])
    }
    expect((await post(`"${'x'.repeat(300_000)}"`)).status).toBe(413)
    expect(await effects()).toEqual(before)
    // Whoever set the old API version finds in the log what to change.
    expect(rig.logLines.some((line) => line.includes('set the webhook API version'))).toBe(true)
  })

  it('should be answered and have no effect where it is of no interest', async () => {
    const before = await effects()
    const call = tenant.call()
    const body = eventOf(call, 'call.initiated').replace('call.initiated', 'call.machine.detection.ended')
    expect((await post(body)).status).toBe(200)
    expect(await effects()).toEqual(before)
  })

  it('should have one effect however often and however late it is delivered', async () => {
    const call = tenant.call()
    const initiated = eventOf(call, 'call.initiated')
    const answers = await Promise.all([post(initiated), post(initiated), post(initiated)])
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
    await call.answered
    // The same call under another event id, as after a restart that lost the memory of ids.
    await post(eventOf(call, 'call.initiated'))
    const answered = eventOf(call, 'call.answered')
    await Promise.all([post(answered), post(answered), post(eventOf(call, 'call.answered'))])
    await call.streaming
    call.hangUp()
    await call.ended
    const hangup = eventOf(call, 'call.hangup')
    await Promise.all([post(hangup), post(hangup)])
    await rig.server.idle()
    const before = await effects()
    for (const late of [initiated, answered, hangup]) expect((await post(late)).status).toBe(200)
    expect(await effects()).toEqual(before)
    expect(await recordsOf(call)).toMatchObject([{ status: 'completed', endedReason: 'caller-hangup' }])
    expect(actionsOn(call).filter((action) => action !== 'hangup')).toEqual(['answer', 'streaming_start'])
  })

  it('should begin no call that has already ended', async () => {
    const call = tenant.call()
    const before = await effects()
    expect((await post(eventOf(call, 'call.hangup'))).status).toBe(200)
    expect((await post(eventOf(call, 'call.initiated'))).status).toBe(200)
    expect(await effects()).toEqual(before)
  })

  it('should have no effect when it says that a call was answered which nobody announced', async () => {
    const call = tenant.call()
    const before = await effects()
    expect((await post(eventOf(call, 'call.answered'))).status).toBe(200)
    expect((await post(eventOf(call, 'streaming.failed'))).status).toBe(200)
    expect(await effects()).toEqual(before)
    await post(eventOf(call, 'call.initiated'))
    await call.answered
    call.hangUp()
    await post(eventOf(call, 'call.hangup'))
    await rig.server.idle()
    expect(await recordsOf(call)).toMatchObject([{ status: 'canceled', endedReason: 'caller-hangup' }])
    expect(actionsOn(call)).toEqual(['answer'])
  })

  it('should be taken where a caller gave up before the call could be answered', async () => {
    const call = tenant.call()
    call.hangUp()
    await post(eventOf(call, 'call.initiated'))
    await rig.server.idle()
    expect(await recordsOf(call)).toMatchObject([
      { status: 'canceled', endedReason: 'caller-hangup', durationSeconds: 0 },
    ])
  })

  it('should be taken again byte for byte without a second effect, as the carrier delivers it', async () => {
    const call = other.call()
    other.carrier.webhookFaults = { duplicates: 2 }
    await call.streaming
    call.hangUp()
    await call.ended
    await rig.telnyx.webhooksSettled()
    await rig.server.idle()
    const before = await effects()
    const delivered = rig.telnyx.webhookDeliveries.filter(({ callControlId }) => callControlId === call.callControlId)
    expect(delivered.length).toBeGreaterThanOrEqual(12)
    expect(delivered.every(({ status }) => status === 200)).toBe(true)
    const replayed = await Promise.all(delivered.map((delivery) => rig.telnyx.replayWebhook(delivery)))
    expect(replayed.every(({ status }) => status === 200)).toBe(true)
    expect(await effects()).toEqual(before)
    expect(actionsOn(call).filter((action) => action !== 'hangup')).toEqual(['answer', 'streaming_start'])
    expect(await other.callRecords()).toHaveLength(1)
  })
})
