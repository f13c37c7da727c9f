import { createHash, randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { createTelnyxSimulator } from '../../simulators/telnyx/index.ts'
import { createCallRig, createKeys, createWorkspace } from '../testing/call-rig.ts'
import type { CallRig, Workspace } from '../testing/call-rig.ts'
import { listenToAgent } from '../testing/heard-speech.ts'
import { dialMedia } from '../testing/media-client.ts'
import { waitUntil } from '../testing/wait-until.ts'
import { createCanaryScan } from './testing/canaries.ts'
import type { CanarySearch } from './testing/canaries.ts'
import { callSid, postForm, postSigned, urlOf, voiceFields } from './testing/twilio-webhooks.ts'
import type { Fields, PostedForm } from './testing/twilio-webhooks.ts'

jest.setTimeout(180_000)

const STREAM =
  /^<\?xml version="1.0" encoding="UTF-8"\?><Response><Connect><Stream url="(ws:\/\/[^"<>&?]+\/media\/twilio\/[\w-]{43})"\/><\/Connect><\/Response>$/

let rig: CallRig<'twilio'>
let a: Workspace<'twilio'>
let b: Workspace<'twilio'>
/** A third tenant, at the other carrier. */
let telnyx: Awaited<ReturnType<typeof createTelnyxSimulator>>
let c: Workspace
let scan: CanarySearch['scan']

beforeAll(async () => {
  const keys = [createKeys(), createKeys(), createKeys()]
  const [, , third] = keys
  if (!third) throw new Error('No keys')
  telnyx = await createTelnyxSimulator({ accounts: [{ apiKey: third.telnyx }] })
  rig = await createCallRig({
    carrier: 'twilio',
    keys,
    agent: { greeting: 'Hi.' },
    environment: { baseUrls: { telnyx: telnyx.origin } },
  })
  ;[a, b] = rig.workspaces as [Workspace<'twilio'>, Workspace<'twilio'>]
  c = await createWorkspace({ server: rig.server, telnyx, keys: third, agent: { greeting: 'Hi.' }, index: 3 })
  scan = createCanaryScan(
    Object.fromEntries(keys.flatMap((each, at) => Object.entries(each).map(([id, key]) => [`${at} ${id}`, key ?? '']))),
  )
})
afterAll(async () => {
  await telnyx?.close()
  await rig?.close()
})

const recordsOf = async (side: { callRecords: Workspace['callRecords'] }, id: string) =>
  (await side.callRecords()).filter(({ carrierCallId }) => carrierCallId === id)
const talk = async (side: Workspace<'twilio'>) => {
  const call = side.call()
  await call.streaming
  await listenToAgent(call, { after: 0 })
  return call
}

describe('beyond: webhooks of Twilio that are not what they seem', () => {
  it('beyond: are refused and have no effect, however they are signed', async () => {
    const fields = voiceFields(a)
    const url = urlOf(a)
    const body = String(new URLSearchParams(fields))
    const signature = a.carrier.sign(url, fields)
    const hash = createHash('sha256').update(body).digest('hex')
    const changed = (more: Fields) => String(new URLSearchParams({ ...fields, ...more }))
    const sent: [string, PostedForm][] = [
      ['unsigned', { url, body }],
      ['signed with nothing', { url, body, signature: '' }],
      ['signed with the token of B', { url, body, signature: b.carrier.sign(url, fields) }],
      ['signed for the URL of B by B', { url, body, signature: b.carrier.sign(urlOf(b), fields) }],
      ['of A at the URL of B', { url: urlOf(b), body, signature }],
      ['signed for another purpose', { url, body, signature: a.carrier.sign(urlOf(a, '/status'), fields) }],
      ['sent to another purpose', { url: urlOf(a, '/status'), body, signature }],
      ['signed for http elsewhere', { url, body, signature: a.carrier.sign('http://evil.example/voice', fields) }],
      ['with a query that was not signed', { url: `${url}?dial=x`, body, signature }],
      ['with a hash of its body that was not signed', { url: `${url}?bodySHA256=${hash}`, body, signature }],
      ['with the account of B', { url, body: changed({ AccountSid: b.carrier.accountSid }), signature }],
      ['with another caller', { url, body: changed({ From: '+15005550006' }), signature }],
      ['with one field more', { url, body: changed({ ForwardedFrom: '+1' }), signature }],
      ['with one field twice', { url, body: `${body}&To=%2B15005550006`, signature }],
      ['with one field less', { url, body: body.replace(/&To=[^&]*/, ''), signature }],
      ['with the signature of an empty form', { url, body, signature: a.carrier.sign(url) }],
      ['as JSON', { url, body: JSON.stringify(fields), signature, type: 'application/json' }],
      ['in small letters', { url, body, signature: signature.toLowerCase() }],
      ['with two signatures', { url, body, signature: `${signature}, ${signature}` }],
      ['at a workspace that is none', { url: url.replace(/twilio\/[^/]+/, 'twilio/999999'), body, signature }],
      [
        'at the door of the other carrier',
        { url: url.replace('/twilio/', '/telnyx/').replace('/voice', ''), body, signature },
      ],
    ]
    const before = rig.carrier.commands.length
    for (const [what, request] of sent) {
      const answer = await postForm(request)
      expect([what, answer.status]).toEqual([what, what.includes('other carrier') ? 401 : 403])
      expect([what, scan(answer.text + answer.headers), answer.text.includes('<')]).toEqual([what, [], false])
    }
    await rig.server.idle()
    for (const side of [a, b]) expect(await recordsOf(side, fields.CallSid ?? '')).toEqual([])
    expect(rig.carrier.commands).toHaveLength(before)
    expect(scan(rig.logLines.join('\n'))).toEqual([])
  })

  it('beyond: bring no instructions of their own, whatever callers are called', async () => {
    const injection = '"/></Connect><Dial>+19005550199</Dial><Stream url="wss://evil.example/x'
    const callers: Fields[] = [
      { From: injection, CallerName: injection, Caller: injection },
      { From: 'sip:"><Redirect>https://evil.example</Redirect>@evil.example' },
      { From: '+1312555\u00000100', CallerName: ']]><!--' },
      { From: '{{tenant_name}}', FromCity: '<![CDATA[' },
    ]
    for (const more of callers) {
      const fields = voiceFields(a, more)
      const answer = await postSigned(a, fields)
      expect([more, answer.status]).toEqual([more, 200])
      expect(answer.text).toMatch(STREAM)
      await postSigned(a, { ...fields, CallStatus: 'completed', SequenceNumber: '9', CallbackSource: 'x' }, '/status')
      await a.closedCall({ callControlId: fields.CallSid ?? '' })
    }
    for (const To of [
      injection,
      `${a.number}"/><Dial>+19005550199</Dial>`,
      b.number,
      ` ${a.number}`,
      `${a.number},${b.number}`,
    ]) {
      const { text } = await postSigned(a, voiceFields(a, { To }))
      expect(text).toMatch(/<Response><Reject reason="(rejected|busy)"\/><\/Response>$/)
    }
    const strange: Fields[] = [{ Direction: injection }, { CallSid: `${callSid()}"/>` }, { CallSid: injection }]
    for (const more of strange) {
      const answer = await postSigned(a, voiceFields(a, more))
      expect(answer.text).not.toMatch(/Dial|evil/)
    }
    expect(scan(rig.logLines.join('\n'))).toEqual([])
  })

  it('beyond: reach no call of another workspace, though its own carrier signed them', async () => {
    const call = await talk(a)
    const CallSid = call.callControlId
    const ending = voiceFields(b, {
      CallSid,
      CallStatus: 'completed',
      SequenceNumber: '5',
      CallbackSource: 'x',
      From: call.from,
    })
    for (const fields of [
      ending,
      { ...ending, AccountSid: a.carrier.accountSid },
      { ...ending, CallStatus: 'failed' },
      { ...voiceFields(b, { CallSid }), StreamEvent: 'stream-error', StreamSid: 'MZ1' },
      { ...voiceFields(b, { CallSid }), DialCallStatus: 'completed', DialCallSid: callSid() },
      { ...voiceFields(b, { ParentCallSid: CallSid, Direction: 'outbound-dial', CallStatus: 'in-progress' }) },
    ]) {
      expect((await postSigned(b, fields, '/status')).status).toBe(200)
    }
    // Nor does the same call, announced at B, get at the conversation.
    const announced = await postSigned(b, voiceFields(b, { CallSid, To: a.number }))
    expect(announced.text).toMatch(/<Response><(Reject|Hangup)[^<]*\/><\/Response>$/)
    await call.say('hello')
    expect(call.isEnded).toBe(false)
    expect(await recordsOf(a, CallSid)).toMatchObject([{ status: 'in-progress' }])
    call.hangUp()
    expect(await a.closedCall(call)).toMatchObject({ status: 'completed', endedReason: 'caller-hangup' })
  })

  it('beyond: have no second effect when they are sent again, moved or cut in other places', async () => {
    const call = await talk(a)
    const [asked] = rig.carrier.webhookDeliveries.filter(({ callControlId }) => callControlId === call.callControlId)
    if (!asked) throw new Error('Nothing was asked')
    const again = await rig.carrier.replayWebhook(asked)
    const [, stream = ''] = STREAM.exec(again.answer ?? '') ?? []
    // The same words again, with a token that the carrier has used.
    expect(again.answer).toBe(asked.answer)
    expect((await dialMedia(stream)).status).toBe(401)
    const signature = asked.headers['x-twilio-signature']
    expect((await postForm({ url: urlOf(b), signature, body: asked.body })).status).toBe(403)
    // Names and values are signed without what divides them.
    const names = [...new URLSearchParams(asked.body)].sort(([one], [other]) => (one < other ? -1 : 1))
    for (let at = 1; at < names.length; at += 1) {
      const joined = names.flatMap(([name, value], index) => {
        if (index === at) return []
        const next = index === at - 1 ? (names[at] ?? []).join('') : ''
        return [[name, `${value}${next}`]]
      })
      const moved = await postForm({ url: asked.url, signature, body: String(new URLSearchParams(joined)) })
      expect([400, 403, 200]).toContain(moved.status)
      expect([names[at]?.[0], (STREAM.exec(moved.text)?.[1] ?? stream) === stream]).toEqual([names[at]?.[0], true])
    }
    await call.say('hello')
    expect(await recordsOf(a, call.callControlId)).toHaveLength(1)
    call.hangUp()
    await a.closedCall(call)
    for (const delivery of rig.carrier.webhookDeliveries.filter(
      ({ callControlId }) => callControlId === call.callControlId,
    )) {
      const { answer } = await rig.carrier.replayWebhook(delivery)
      expect((STREAM.exec(answer ?? '')?.[1] ?? stream) === stream).toBe(true)
    }
    expect(await recordsOf(a, call.callControlId)).toMatchObject([{ status: 'completed' }])
  })
})

describe('beyond: the media sockets of two carriers', () => {
  const offerTwilio = async () => {
    const fields = voiceFields(a)
    const [, url = ''] = STREAM.exec((await postSigned(a, fields)).text) ?? []
    const end = async () => {
      await postSigned(a, { ...fields, CallStatus: 'completed', SequenceNumber: '9', CallbackSource: 'x' }, '/status')
      await a.closedCall({ callControlId: fields.CallSid ?? '' })
    }
    return { url, end }
  }
  const offerTelnyx = async () => {
    telnyx.failNextCommand({ action: 'streaming_start', kind: 'ignored' })
    const call = c.call()
    const { body } = await waitUntil(
      () =>
        c
          .commands()
          .find(({ action, callControlId }) => action === 'streaming_start' && callControlId === call.callControlId),
      'the stream to be asked for',
    )
    const end = async () => {
      call.hangUp()
      await c.closedCall(call)
    }
    return { url: String(body.stream_url), end }
  }

  it.each([
    ['Telnyx', '/telnyx/', '/twilio/', () => offerTelnyx()],
    ['Twilio', '/twilio/', '/telnyx/', () => offerTwilio()],
  ] as const)(
    'beyond: a token of a call at %s whose address holds %s, opens nothing under %s',
    async (_name, own, other, offer) => {
      const { url, end } = await offer()
      expect(url).toContain(own)
      for (const wrong of [
        url.replace(own, '/browser/'),
        `${url}/`,
        `${url}x`,
        url.slice(0, -1),
        url.replace(/[\w-]{43}$/, (token) =>
          token.toLowerCase() === token ? token.toUpperCase() : token.toLowerCase(),
        ),
        url.replace(own, `${own}..${own}`),
      ]) {
        const { status } = await dialMedia(wrong)
        expect([wrong === url, status === 101]).toEqual([false, false])
      }
      expect((await dialMedia(url.replace(own, other))).status).toBe(401)
      // Shown at the wrong door, it is spent.
      expect((await dialMedia(url)).status).toBe(401)
      await end()
    },
  )

  it('beyond: a token opens one socket, whose frames speak for no other call', async () => {
    const live = await talk(b)
    const { url, end } = await offerTwilio()
    const [first, second] = await Promise.all([dialMedia(url), dialMedia(url)])
    expect([first.status, second.status].sort()).toEqual([101, 401])
    const opened = first.status === 101 ? first : second
    const streamSid = `MZ${randomBytes(16).toString('hex')}`
    const mediaFormat = { encoding: 'audio/x-mulaw', sampleRate: 8000, channels: 1 }
    const start = {
      accountSid: b.carrier.accountSid,
      streamSid,
      callSid: live.callControlId,
      tracks: ['inbound'],
      mediaFormat,
    }
    opened.send({ event: 'start', sequenceNumber: '1', streamSid, start })
    expect((await opened.closed).reason).toBe('carrier-failed')
    expect(opened.received.filter(({ event }) => event === 'media')).toEqual([])
    expect(live.isEnded).toBe(false)
    await live.say('hello')
    live.hangUp()
    expect(await b.closedCall(live)).toMatchObject({ endedReason: 'caller-hangup' })
    await end()
    expect(scan(rig.logLines.join('\n'))).toEqual([])
  })
})
