import { afterEach, describe, expect, it } from '@jest/globals'
import type { AssemblyAiAccount } from './types.ts'
import { createHarness, KEY, PRO, QUICK, say, turnsOf, WORDS } from './testing/harness.ts'

const { start, connect, closeAll } = createHarness()
afterEach(closeAll)

const keys: Record<string, AssemblyAiAccount> = {
  [KEY]: { state: 'valid' },
  revoked: { state: 'revoked' },
  poor: { state: 'no-credit' },
  minus: { state: 'negative-balance' },
  busy: { state: 'valid', maxStreams: 0 },
}

describe('refusals', () => {
  it.each([
    ['no key', {}, 1008, 'Missing Authorization header', 401],
    ['an unknown key', { authorization: 'b'.repeat(32) }, 1008, 'Invalid API key', 401],
    ['a key as Bearer', { authorization: `Bearer ${KEY}` }, 1008, 'Invalid API key', 401],
    ['a revoked key', { authorization: 'revoked' }, 1008, 'Invalid API key', 401],
    ['no credit', { authorization: 'poor' }, 1008, 'Insufficient account balance', 200],
    ['a negative balance', { authorization: 'minus' }, 1008, 'Insufficient account balance', 400],
    ['too many streams', { authorization: 'busy' }, 3009, 'Too many concurrent sessions', 200],
  ] as const)('answers %s after the socket opened, and over HTTP', async (_name, headers, code, text, status) => {
    const simulator = await start({ keys })
    const client = await connect(simulator, PRO, headers)
    expect(await client.closed).toBe(`${code} See Error message for details`)
    expect(client.messages).toEqual([
      { type: 'Error', error_code: code, error: expect.stringContaining(`Unauthorized Connection: ${text}`) },
    ])
    expect((await fetch(`${simulator.origin}/v2/transcript?limit=1`, { headers })).status).toBe(status)
  })

  it.each([
    'sample_rate=8000&encoding=pcm_mulaw',
    PRO.replace('pcm_mulaw', 'pcm_alaw'),
    PRO.replace('universal-3-5-pro', 'universal'),
    'speech_model=universal-3-5-pro&encoding=pcm_mulaw',
    `${PRO}&format_turns=true`,
    `${PRO}&volume=11`,
    `${PRO}&keyterms_prompt=tart`,
    `${WORDS}&language_codes=["en"]`,
    PRO.replace('universal-3-5-pro', 'u3-rt-pro&language_codes=["en"]'),
    `${PRO}&inactivity_timeout=1`,
  ])('answers 3006 to %s', async (query) => {
    const client = await connect(await start(), query)
    expect(await client.closed).toMatch(/^3006/)
    expect(client.messages.map((message) => message.type)).toEqual(['Error'])
  })

  it.each([[{ type: 'Finalize' }], ['hello']])('answers 3006 to the message %j', async (message) => {
    const client = await connect(await start())
    await client.begun
    client.send(message)
    expect(await client.closed).toMatch(/^3006/)
  })
})

describe('faults', () => {
  it('can be switched on and off for one key while streams are open', async () => {
    const simulator = await start({ keys: { [KEY]: { state: 'valid' }, other: { state: 'valid' } } })
    const [one, two] = [await connect(simulator), await connect(simulator, PRO, { authorization: 'other' })]
    await Promise.all([one.begun, two.begun])
    simulator.setFault({ kind: 'stall' }, { key: KEY })
    for (const client of [one, two]) client.sendAudio(say('hello'))
    while (turnsOf(two.messages).length === 0) await two.ping()
    expect([one.messages.length, turnsOf(two.messages)]).toEqual([1, ['Hello.']])
  })

  it.each([
    [{ code: 3005, error: 'Server error' }, '3005 See Error message for details', 1],
    [{ code: 1011 }, '1011', 0],
  ])('closes in the middle of an utterance: %j', async (how, close, errors) => {
    const client = await connect(await start({ faults: { '*': { kind: 'close-mid-utterance', ...how } } }))
    await client.begun
    client.sendAudio(say('book-table'))
    expect(await client.closed).toBe(close)
    expect(client.messages.filter((message) => message.type === 'Error')).toHaveLength(errors)
    expect(turnsOf(client.messages)).toEqual([])
  })

  it('begins late and ends turns as late as asked', async () => {
    const simulator = await start({ latencies: { ...QUICK, beginMs: 150, finalMs: 800 } })
    const startedAt = Date.now()
    const client = await connect(simulator)
    await client.begun
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(149)
    const sentAt = Date.now()
    client.sendAudio(say('yes'))
    while (turnsOf(client.messages).length === 0) await client.ping()
    expect(Date.now() - sentAt).toBeGreaterThanOrEqual(600)
  })

  it.each([400, 401, 402, 403, 429, 500] as const)('refuses with %d', async (status) => {
    const simulator = await start({ faults: { '*': { kind: 'refuse', status } } })
    const headers = { authorization: KEY }
    expect((await fetch(`${simulator.origin}/v2/transcript?limit=1`, { headers })).status).toBe(status)
  })
})
