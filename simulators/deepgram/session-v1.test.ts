import { afterEach, describe, expect, it } from '@jest/globals'
import { decodeMulaw } from '../../src/provider-kit/audio.ts'
import type { Message } from './testing/harness.ts'
import { createHarness, finalsOf, KEY, say, silence, transcriptOf, V1 } from './testing/harness.ts'

const { start, listen, closeAll } = createHarness()
afterEach(closeAll)

describe('v1 listen', () => {
  it('answers speech with its start, interims, a final and, on CloseStream, metadata and close 1000', async () => {
    const simulator = await start()
    const client = await listen(simulator, `/v1/listen?${V1}`)
    client.sendAudio(say('book-table'))
    client.send({ type: 'CloseStream' })
    expect(await client.closed).toBe('1000')
    const types = client.messages.map(({ type, is_final, speech_final }) =>
      type === 'Results' ? (speech_final ? 'end' : is_final ? 'segment' : 'interim') : type,
    )
    expect(types[0]).toBe('SpeechStarted')
    expect(types.filter((type) => type === 'interim').length).toBeGreaterThan(4)
    expect(types.slice(-2)).toEqual(['end', 'Metadata'])
    expect(finalsOf(client.messages)).toEqual(['I would like to book a table for two.'])
    expect(simulator.sessions[0]).toMatchObject({ key: KEY, version: 'v1', isOpen: false, closeCode: 1000 })
    expect(simulator.sessions[0]?.transcripts).toEqual(['I would like to book a table for two.'])
  })

  it('settles the first words of long speech in a segment of their own', async () => {
    const client = await listen(await start(), `/v1/listen?${V1}`)
    client.sendAudio(say('phone-number'))
    client.send({ type: 'CloseStream' })
    await client.closed
    const results = client.messages.filter((message) => message.is_final)
    expect(results.map((message) => message.speech_final)).toEqual([false, true])
    expect(finalsOf(client.messages).join(' ')).toBe('My number is five five five, zero one four two.')
  })

  it('writes plain words where no formatting is asked for, and no interims or starts', async () => {
    const client = await listen(await start(), '/v1/listen?encoding=mulaw&sample_rate=8000&endpointing=300')
    client.sendAudio(say('hi-there'))
    client.send({ type: 'CloseStream' })
    await client.closed
    expect(client.messages.map((message) => message.type)).toEqual(['Results', 'Metadata'])
    expect(finalsOf(client.messages)).toEqual(['hi there can you hear me'])
  })

  it('sends UtteranceEnd after the gap that was asked for', async () => {
    const client = await listen(await start(), `/v1/listen?${V1}&utterance_end_ms=1000`)
    client.sendAudio(Buffer.concat([say('yes'), silence(1200)]))
    client.send({ type: 'CloseStream' })
    await client.closed
    const end = client.messages.find((message) => message.type === 'UtteranceEnd')
    expect(end?.last_word_end).toBeCloseTo(0.575, 1)
    expect(client.messages.filter((message) => message.type === 'UtteranceEnd')).toHaveLength(1)
  })

  it('answers Finalize in the middle of speech with what it has', async () => {
    const client = await listen(await start(), `/v1/listen?${V1}`)
    client.sendAudio(say('book-table').subarray(0, 1500 * 8))
    client.send({ type: 'Finalize' })
    client.send({ type: 'CloseStream' })
    await client.closed
    const finalised = client.messages.filter((message) => message.from_finalize)
    expect(finalised).toHaveLength(1)
    expect(transcriptOf(finalised[0] as Message)).toMatch(/^I would like to book/)
  })

  it.each(['alaw', 'linear16'] as const)('decodes %s as declared', async (encoding) => {
    const client = await listen(await start(), `/v1/listen?${V1.replace('mulaw', encoding)}`)
    const law = encoding === 'alaw' ? 'alaw' : 'mulaw'
    const audio = say('goodbye', law)
    client.sendAudio(encoding === 'alaw' ? audio : toLinear(audio))
    client.send({ type: 'CloseStream' })
    await client.closed
    expect(finalsOf(client.messages)).toEqual(['Goodbye.'])
  })

  it.each([
    ['A-law that was declared mu-law', V1, 'alaw'],
    ['8 kHz that was declared 16 kHz', V1.replace('8000', '16000'), 'mulaw'],
  ] as const)('does not understand %s', async (_name, query, encoding) => {
    const client = await listen(await start(), `/v1/listen?${query}`)
    client.sendAudio(say('phone-number', encoding))
    client.send({ type: 'CloseStream' })
    await client.closed
    expect(finalsOf(client.messages).join(' ')).not.toContain('My number is five')
  })

  it.each([
    ['a frame without bytes as CloseStream', Buffer.alloc(0), '1000'],
    ['an unknown message as undecodable audio', { type: 'Hello' }, '1008 DATA-0000'],
    ['text that is no JSON as undecodable audio', 'hello', '1008 DATA-0000'],
  ])('takes %s', async (_name, message, close) => {
    const client = await listen(await start(), `/v1/listen?${V1}`)
    client.send(message)
    expect(await client.closed).toBe(close)
  })

  it('closes undeclared raw audio with DATA-0000', async () => {
    const client = await listen(await start(), '/v1/listen?model=nova-3')
    client.sendAudio(silence(20))
    expect(await client.closed).toBe('1008 DATA-0000')
  })

  it('closes a silent stream with NET-0001, which KeepAlive puts off', async () => {
    const simulator = await start({ idleMs: 1000 })
    const client = await listen(simulator, `/v1/listen?${V1}`)
    for (let round = 0; round < 3; round++) {
      await new Promise((resolve) => setTimeout(resolve, 400))
      client.send({ type: 'KeepAlive' })
    }
    expect(await client.closed).toBe('1011 NET-0001')
    // The third came after the time in which a silent stream would have been closed.
    expect(simulator.sessions[0]?.keepAlives).toBe(3)
  })
})

function toLinear(audio: Buffer): Buffer {
  const linear = Buffer.alloc(audio.length * 2)
  for (const [index, byte] of audio.entries()) linear.writeInt16LE(decodeMulaw(byte), index * 2)
  return linear
}
