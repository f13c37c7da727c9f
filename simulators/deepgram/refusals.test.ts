import { once } from 'node:events'
import { afterEach, describe, expect, it } from '@jest/globals'
import WebSocket from 'ws'
import { createHarness, finalsOf, KEY, QUICK, refusedHandshake, say, V1, V2 } from './testing/harness.ts'

const { start, listen, closeLater, closeAll } = createHarness()
afterEach(closeAll)

describe('refusals', () => {
  const token = (key: string) => ({ authorization: `Token ${key}` })

  it.each([
    ['no key', {}, 401, 'INVALID_AUTH'],
    ['an unknown key', token('b'.repeat(40)), 401, 'INVALID_AUTH'],
    ['a key as Bearer', { authorization: `Bearer ${KEY}` }, 401, 'INVALID_AUTH'],
    ['a revoked key', token('revoked'), 401, 'INVALID_AUTH'],
    ['a project without credit', token('poor'), 402, 'ASR_PAYMENT_REQUIRED'],
    ['more streams than allowed', token('busy'), 429, 'TOO_MANY_REQUESTS'],
  ])('answers %s on the handshake, with the reason in dg-error too', async (_name, headers, status, code) => {
    const simulator = await start({
      keys: {
        [KEY]: { projectName: 'Bakery', state: 'valid' },
        revoked: { projectName: 'Gone', state: 'revoked' },
        poor: { projectName: 'Poor', state: 'no-credit' },
        busy: { projectName: 'Busy', state: 'valid', maxStreams: 1 },
      },
    })
    if (status === 429) await listen(simulator, `/v1/listen?${V1}`, headers)
    const answer = await refusedHandshake(simulator, `/v1/listen?${V1}`, headers)
    expect(answer.status).toBe(status)
    expect(JSON.parse(answer.body).err_code).toBe(code)
    expect(answer.headers['dg-error']).toContain(code)
    expect(answer.headers['dg-request-id']).toBe(JSON.parse(answer.body).request_id)
  })

  it('takes the key as a subprotocol, as browsers send it', async () => {
    const simulator = await start()
    const socket = new WebSocket(`${simulator.origin.replace('http', 'ws')}/v1/listen?${V1}`, ['token', KEY])
    closeLater({ close: () => socket.terminate() })
    await once(socket, 'open')
    expect(socket.protocol).toBe('token')
    expect([...simulator.seenKeys]).toEqual([KEY])
  })

  it.each([
    '/v1/listen?model=nova-3&encoding=mulaw',
    '/v1/listen?model=nova-3&encoding=ulaw&sample_rate=8000',
    '/v1/listen?model=flux-general-en&encoding=mulaw&sample_rate=8000',
    `/v1/listen?${V1}&volume=11`,
    `/v1/listen?${V1}&interim_results=yes`,
    `/v1/listen?${V1}&utterance_end_ms=500`,
    '/v1/listen?encoding=mulaw&sample_rate=8000&utterance_end_ms=1000',
    '/v1/listen?model=nova-2&encoding=mulaw&sample_rate=8000&keyterm=tart',
    '/v2/listen?encoding=mulaw&sample_rate=8000',
    '/v2/listen?model=nova-3&encoding=mulaw&sample_rate=8000',
    `/v2/listen?${V2}&language=en`,
    `/v2/listen?${V2}&language_hint=es`,
    '/v2/listen?model=flux-general-en&encoding=mulaw&sample_rate=8000&eager_eot_threshold=0.8',
  ])('answers 400 to %s', async (path) => {
    expect((await refusedHandshake(await start(), path, token(KEY))).status).toBe(400)
  })

  it('answers 404 to any other path', async () => {
    expect((await refusedHandshake(await start(), '/v3/listen', token(KEY))).status).toBe(404)
  })
})

describe('faults', () => {
  it('can be switched on and off for one key while streams are open', async () => {
    const other = 'c'.repeat(40)
    const account = { projectName: 'Bakery', state: 'valid' as const }
    const simulator = await start({ keys: { [KEY]: account, [other]: account } })
    const [one, two] = [
      await listen(simulator, `/v1/listen?${V1}`),
      await listen(simulator, `/v1/listen?${V1}`, { authorization: `Token ${other}` }),
    ]
    simulator.setFault({ kind: 'stall' }, { key: KEY })
    for (const client of [one, two]) client.sendAudio(say('hello'))
    await Promise.all([one.ping(), two.ping()])
    // What the simulator is about to say stands in timers that were set before this one.
    await new Promise((resolve) => setTimeout(resolve, 1))
    await Promise.all([one.ping(), two.ping()])
    expect(one.messages).toEqual([])
    expect(finalsOf(two.messages)).toEqual(['Hello.'])
    simulator.setFault(undefined, { key: KEY })
    one.sendAudio(say('goodbye'))
    while (finalsOf(one.messages).length === 0) await one.ping()
    expect(finalsOf(one.messages)).toEqual(['Goodbye.'])
  })

  it('closes in the middle of an utterance', async () => {
    const simulator = await start({ faults: { '*': { kind: 'close-mid-utterance', afterMs: 400 } } })
    const client = await listen(simulator, `/v1/listen?${V1}`)
    client.sendAudio(say('book-table'))
    expect(await client.closed).toBe('1011 NET-0000')
    expect(finalsOf(client.messages)).toEqual([])
  })

  it('rejects after the handshake', async () => {
    const client = await listen(await start({ faults: { [KEY]: { kind: 'reject-after-open' } } }), `/v1/listen?${V1}`)
    expect(await client.closed).toBe('1008 INVALID_AUTH')
  })

  it('counts no stream of a client that went away during the handshake', async () => {
    const simulator = await start({ faults: { '*': { kind: 'slow-handshake', ms: 50 } } })
    const client = new WebSocket(`${simulator.origin.replace('http', 'ws')}/v1/listen?${V1}`, {
      headers: { authorization: `Token ${KEY}` },
    })
    client.on('error', () => {})
    while (simulator.requests.length === 0) await new Promise(setImmediate)
    client.terminate()
    await listen(simulator, `/v1/listen?${V1}`)
    expect(simulator.sessions).toHaveLength(1)
  })

  it('answers the handshake late, and results as late as asked', async () => {
    const simulator = await start({
      latencies: { ...QUICK, finalMs: 450 },
      faults: { '*': { kind: 'slow-handshake', ms: 150 } },
    })
    const startedAt = Date.now()
    const client = await listen(simulator, `/v1/listen?${V1}`)
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(149)
    const sentAt = Date.now()
    client.sendAudio(say('yes'))
    client.send({ type: 'CloseStream' })
    await client.closed
    // 300 ms of the 450 are the silence that the endpointer heard, which was sent at once here.
    expect(Date.now() - sentAt).toBeGreaterThanOrEqual(149)
    expect(finalsOf(client.messages)).toEqual(['Yes.'])
  })

  it.each([401, 402, 403, 429, 500] as const)('refuses with %d', async (status) => {
    const simulator = await start({ faults: { '*': { kind: 'refuse', status } } })
    const headers = { authorization: `Token ${KEY}` }
    expect((await refusedHandshake(simulator, `/v1/listen?${V1}`, headers)).status).toBe(status)
    expect((await fetch(`${simulator.origin}/v1/projects`, { headers })).status).toBe(status)
  })
})
