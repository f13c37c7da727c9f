import { afterEach, describe, expect, it } from '@jest/globals'
import { createHarness, KEY, PRO, say, silence, turnsOf, WORDS } from './testing/harness.ts'

const { start, connect, closeAll } = createHarness()
afterEach(closeAll)

const TERMINATE = { type: 'Terminate' }

describe('Universal-3', () => {
  it('begins, tells the start of speech, whole partials, one formatted end, and terminates with 1000', async () => {
    const simulator = await start()
    const client = await connect(simulator)
    await client.begun
    client.sendAudio(say('book-table'))
    client.send(TERMINATE)
    expect(await client.closed).toBe('1000')
    const types = client.messages.map((message) => message.type)
    expect(types.slice(0, 2)).toEqual(['Begin', 'SpeechStarted'])
    expect(types.at(-1)).toBe('Termination')
    const turns = client.messages.filter((message) => message.type === 'Turn')
    expect(turns.map((turn) => [turn.end_of_turn, turn.turn_is_formatted])).toEqual([
      [false, false],
      [true, true],
    ])
    expect(String(turns[0]?.transcript)).toMatch(/^I would/)
    expect(turnsOf(client.messages)).toEqual(['I would like to book a table for two.'])
    expect(simulator.sessions[0]).toMatchObject({ key: KEY, isOpen: false, closeCode: 1000 })
  })

  it('waits out a hesitation, up to max_turn_silence', async () => {
    for (const [silenceMs, expected] of [
      [3000, ['My order number is four two seven nine.']],
      [400, ['My order number is', 'four two seven nine.']],
    ] as const) {
      const client = await connect(await start(), `${PRO}&max_turn_silence=${silenceMs}`)
      await client.begun
      client.sendAudio(say('hesitate-order'))
      client.send(TERMINATE)
      await client.closed
      expect(turnsOf(client.messages)).toEqual(expected)
    }
  })

  it('ends a turn in the middle of speech on ForceEndpoint', async () => {
    const client = await connect(await start())
    await client.begun
    client.sendAudio(say('book-table').subarray(0, 1500 * 8))
    client.send({ type: 'ForceEndpoint' })
    client.send(TERMINATE)
    await client.closed
    expect(turnsOf(client.messages)[0]).toMatch(/^I would like to book/)
  })
})

describe('Universal-Streaming', () => {
  it('tells word by word, the last one open, then the end twice: plain and with punctuation', async () => {
    const client = await connect(await start(), WORDS)
    await client.begun
    client.sendAudio(say('hi-there'))
    client.send(TERMINATE)
    await client.closed
    const partials = client.messages.filter((message) => message.type === 'Turn' && message.end_of_turn === false)
    expect(partials.length).toBeGreaterThan(3)
    for (const { words } of partials) {
      const finals = (words as { word_is_final: boolean }[]).map((word) => word.word_is_final)
      expect(finals.slice(-2)).toEqual(finals.length > 1 ? [true, false] : [false])
    }
    expect(turnsOf(client.messages)).toEqual(['hi there can you hear me', 'Hi there, can you hear me?'])
    expect(client.messages.some((message) => message.type === 'SpeechStarted')).toBe(false)
  })

  it('fills utterance where the speaker pauses, and formats nothing where it is not asked to', async () => {
    const client = await connect(await start(), WORDS.replace('&format_turns=true', ''))
    await client.begun
    client.sendAudio(say('hesitate-order'))
    client.send(TERMINATE)
    await client.closed
    const utterances = client.messages.map((message) => message.utterance).filter(Boolean)
    expect(utterances).toEqual(['my order number is', 'my order number is four two seven nine'])
    expect(turnsOf(client.messages)).toEqual(['my order number is four two seven nine'])
  })
})

describe('a stream', () => {
  it.each([
    ['A-law that was declared mu-law', PRO, 'alaw'],
    ['8 kHz that was declared 16 kHz', PRO.replace('8000', '16000'), 'mulaw'],
  ] as const)('does not understand %s', async (_name, query, encoding) => {
    const client = await connect(await start(), query)
    await client.begun
    client.sendAudio(say('phone-number', encoding))
    client.send(TERMINATE)
    await client.closed
    expect(turnsOf(client.messages).join(' ')).not.toContain('My number is five')
  })

  it.each([
    [20, false],
    [49, false],
    [50, true],
    [1000, true],
    [1001, false],
  ])('takes a frame of %i ms: %s', async (ms, isTaken) => {
    const client = await connect(await start())
    await client.begun
    client.send(silence(ms))
    client.send(TERMINATE)
    expect(await client.closed).toBe(isTaken ? '1000' : '3007 See Error message for details')
    expect(client.messages.filter((message) => message.type === 'Error')).toHaveLength(isTaken ? 0 : 1)
  })

  it('ends after the inactivity time-out, which KeepAlive puts off', async () => {
    const simulator = await start({ idleMs: 1000 })
    const client = await connect(simulator)
    for (let round = 0; round < 3; round++) {
      await new Promise((resolve) => setTimeout(resolve, 400))
      client.send({ type: 'KeepAlive' })
    }
    expect(await client.closed).toMatch(/^3008/)
    // The third came after the time in which a silent stream would have been closed.
    expect(simulator.sessions[0]?.keepAlives).toBe(3)
  })
})
