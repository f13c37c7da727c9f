import { once } from 'node:events'
import { afterEach, describe, expect, it } from '@jest/globals'
import WebSocket from 'ws'
import { createHarness, finalsOf, KEY, QUICK, refusedHandshake, say, silence, START } from './testing/harness.ts'

const { start, connect, closeLater, closeAll } = createHarness()
afterEach(closeAll)

const bearer = (key: string) => ({ authorization: `Bearer ${key}` })

describe('refusals', () => {
  it.each([
    ['no key', {}, 401, 'unauthenticated'],
    ['an unknown key', bearer('b'.repeat(64)), 401, 'unauthenticated'],
    ['a key as Token', { authorization: `Token ${KEY}` }, 401, 'unauthenticated'],
    ['a revoked key', bearer('revoked'), 401, 'unauthenticated'],
    ['a key of the organization', bearer('organization'), 403, 'permission_denied'],
  ] as const)('answers %s on the handshake and over HTTP', async (_name, headers, status, type) => {
    const keys = { [KEY]: { state: 'valid' }, revoked: { state: 'revoked' }, organization: { state: 'organization' } }
    const simulator = await start({ keys: keys as never })
    const answer = await refusedHandshake(simulator, headers)
    expect([answer.status, answer.body.error_type]).toEqual([status, type])
    const response = await fetch(`${simulator.origin}/v1/models`, { headers })
    expect([response.status, ((await response.json()) as { error_type: string }).error_type]).toEqual([status, type])
  })

  it('takes the key as a subprotocol, as browsers send it', async () => {
    const simulator = await start()
    const url = `${simulator.origin.replace('http', 'ws')}/transcribe-websocket`
    const socket = new WebSocket(url, ['soniox-api-key', KEY])
    closeLater({ close: () => socket.terminate() })
    await once(socket, 'open')
    expect(socket.protocol).toBe('soniox-api-key')
    expect([...simulator.seenKeys]).toEqual([KEY])
  })

  it('takes api_key in the start request only where it is told to', async () => {
    const old = await connect(await start({ takesKeyInMessage: true }), { ...START, api_key: KEY }, {})
    old.sendAudio(say('yes'))
    old.send('')
    await old.closed
    expect(finalsOf(old.messages)).toBe('Yes.<end>')
    const wrong = await connect(await start({ takesKeyInMessage: true }), { ...START, api_key: 'wrong' }, {})
    await wrong.closed
    expect(wrong.messages).toEqual([expect.objectContaining({ error_code: 401, error_type: 'unauthenticated' })])
    expect((await refusedHandshake(await start(), {})).status).toBe(401)
  })

  it.each([
    ['no credit', { state: 'no-credit' }, 402, 'organization_balance_exhausted'],
    ['no budget', { state: 'no-budget' }, 402, 'project_monthly_budget_exhausted'],
    ['too many streams', { state: 'valid', maxStreams: 0 }, 429, 'limit_exceeded'],
  ] as const)('answers %s with a message, then closes', async (_name, account, code, type) => {
    const client = await connect(await start({ keys: { [KEY]: account } }))
    await client.closed
    expect(client.messages).toEqual([expect.objectContaining({ error_code: code, error_type: type })])
  })

  it.each([
    ['hello'],
    [{ ...START, model: 'stt-rt-v0' }],
    [{ ...START, audio_format: 'ulaw' }],
    [{ ...START, volume: 11 }],
    [{ ...START, language_hints: ['xx'] }],
    [{ ...START, max_endpoint_delay_ms: 100 }],
    [{ model: 'stt-rt-v5', audio_format: 'mulaw' }],
    [Buffer.alloc(160)],
  ])('answers 400 to the start %j', async (first) => {
    const client = await connect(await start(), first)
    await client.closed
    expect(client.messages).toEqual([expect.objectContaining({ error_code: 400 })])
  })

  it.each([[{ type: 'hello' }], ['hello']])('answers 400 to the message %j', async (message) => {
    const client = await connect(await start())
    client.send(message)
    await client.closed
    expect(client.messages).toEqual([expect.objectContaining({ error_code: 400 })])
  })

  it('answers 404 to any other path', async () => {
    expect((await refusedHandshake(await start(), bearer(KEY), '/v1/listen')).status).toBe(404)
  })
})

describe('faults', () => {
  it('can be switched on and off for one key while streams are open', async () => {
    const simulator = await start({ keys: { [KEY]: { state: 'valid' }, other: { state: 'valid' } } })
    const [one, two] = [await connect(simulator), await connect(simulator, START, bearer('other'))]
    simulator.setFault({ kind: 'stall' }, { key: KEY })
    for (const client of [one, two]) client.sendAudio(Buffer.concat([say('hello'), silence(200)]))
    while (!finalsOf(two.messages).includes('<end>')) await two.ping()
    expect([one.messages, finalsOf(two.messages)]).toEqual([[], 'Hello.<end>'])
  })

  it.each([
    [{}, 1000, [503]],
    [{ isSilent: true, code: 1011 }, 1011, []],
  ])('closes in the middle of an utterance: %j', async (how, closeCode, codes) => {
    const client = await connect(await start({ faults: { '*': { kind: 'close-mid-utterance', ...how } } }))
    client.sendAudio(say('book-table'))
    expect(await client.closed).toBe(closeCode)
    expect(client.messages.flatMap((message) => message.error_code ?? [])).toEqual(codes)
    expect(finalsOf(client.messages)).not.toContain('<end>')
  })

  it('answers the handshake late, and <end> as late as asked', async () => {
    const simulator = await start({
      latencies: { ...QUICK, finalMs: 800 },
      faults: { '*': { kind: 'slow-handshake', ms: 150 } },
    })
    const startedAt = Date.now()
    const client = await connect(simulator)
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(149)
    const sentAt = Date.now()
    client.sendAudio(say('yes'))
    while (!finalsOf(client.messages).includes('<end>')) await client.ping()
    expect(Date.now() - sentAt).toBeGreaterThanOrEqual(600)
  })

  it.each([401, 402, 403, 429, 500, 503] as const)('refuses with %d', async (status) => {
    const simulator = await start({ faults: { '*': { kind: 'refuse', status } } })
    expect((await refusedHandshake(simulator, bearer(KEY))).status).toBe(status)
    expect((await fetch(`${simulator.origin}/v1/models`, { headers: bearer(KEY) })).status).toBe(status)
  })
})
