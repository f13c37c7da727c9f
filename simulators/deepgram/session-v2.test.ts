import { afterEach, describe, expect, it } from '@jest/globals'
import { loadUtterance } from '../speech/library.ts'
import type { Message } from './testing/harness.ts'
import { createHarness, say, silence, V2 } from './testing/harness.ts'

const { start, listen, closeAll } = createHarness()
afterEach(closeAll)

describe('v2 listen', () => {
  const eventsOf = (messages: Message[]) => messages.map((message) => message.event ?? message.type)

  it('walks through a turn and numbers its messages', async () => {
    const client = await listen(await start(), `/v2/listen?${V2}`)
    client.sendAudio(say('book-table'))
    client.send({ type: 'CloseStream' })
    expect(await client.closed).toBe('1000')
    const events = eventsOf(client.messages)
    expect(events.slice(0, 3)).toEqual(['Connected', 'StartOfTurn', 'Update'])
    expect(events.slice(-2)).toEqual(['EagerEndOfTurn', 'EndOfTurn'])
    expect(client.messages.map((message) => message.sequence_id)).toEqual(client.messages.map((_, index) => index))
    const [eager, end] = client.messages.slice(-2)
    expect(eager?.transcript).toBe('I would like to book a table for two.')
    expect(end?.transcript).toBe(eager?.transcript)
  })

  it('waits through a hesitation: eager, resumed, one turn', async () => {
    const client = await listen(await start(), `/v2/listen?${V2}`)
    client.sendAudio(say('hesitate-order'))
    client.send({ type: 'CloseStream' })
    await client.closed
    const events = eventsOf(client.messages).filter((event) => event !== 'Update')
    const whole = ['Connected', 'StartOfTurn', 'EagerEndOfTurn', 'TurnResumed', 'EagerEndOfTurn', 'EndOfTurn']
    expect(events).toEqual(whole)
    expect(client.messages.at(-1)?.transcript).toBe('My order number is four two seven nine.')
  })

  it('ends a hesitation that is not taken up again after eot_timeout_ms', async () => {
    const client = await listen(await start(), `/v2/listen?${V2}&eot_timeout_ms=1000`)
    const half = loadUtterance('hesitate-order', 'mulaw').subarray(0, 1100 * 8)
    client.sendAudio(Buffer.concat([half, silence(1200), say('hello')]))
    client.send({ type: 'CloseStream' })
    await client.closed
    const ends = client.messages.filter((message) => message.event === 'EndOfTurn')
    expect(ends.map((message) => [message.turn_index, message.transcript])).toEqual([
      [0, 'My order number is'],
      [1, 'Hello.'],
    ])
  })

  it('sends no eager end where none was asked for, and starts no turn on a noise', async () => {
    const client = await listen(await start(), '/v2/listen?model=flux-general-en&encoding=mulaw&sample_rate=8000')
    client.sendAudio(Buffer.concat([say('cough'), say('hesitate-order')]))
    client.send({ type: 'CloseStream' })
    await client.closed
    const events = eventsOf(client.messages).filter((event) => event !== 'Update')
    expect(events).toEqual(['Connected', 'StartOfTurn', 'EndOfTurn'])
  })

  it('takes Configure and ForceEndTurn and fails on messages that v2 does not have', async () => {
    const client = await listen(await start(), `/v2/listen?${V2}`)
    client.send({ type: 'Configure', thresholds: { eot_threshold: 0.8 } })
    client.sendAudio(say('book-table').subarray(0, 1500 * 8))
    client.send({ type: 'ForceEndTurn' })
    client.send({ type: 'KeepAlive' })
    expect(await client.closed).toBe('1008 UNPARSABLE_CLIENT_MESSAGE')
    const success = client.messages.find((message) => message.type === 'ConfigureSuccess')
    expect(success?.thresholds).toMatchObject({ eot_threshold: 0.8, eager_eot_threshold: 0.4 })
    expect(client.messages.at(-2)?.event).toBe('EndOfTurn')
    expect(client.messages.at(-1)).toMatchObject({ type: 'Error', code: 'UNPARSABLE_CLIENT_MESSAGE' })
  })
})
