import { afterEach, describe, expect, it } from '@jest/globals'
import { decodeMulaw } from '../../src/provider-kit/audio.ts'
import { createHarness, finalsOf, KEY, say, silence, START } from './testing/harness.ts'

const { start, connect, closeAll } = createHarness()
afterEach(closeAll)

describe('a stream', () => {
  it('answers speech with open tokens that become final once, <end>, and finished after the audio', async () => {
    const simulator = await start()
    const client = await connect(simulator)
    client.sendAudio(say('book-table'))
    client.send('')
    expect(await client.closed).toBe(1000)
    const open = client.messages.filter((message) => message.tokens?.some((token) => !token.is_final))
    expect(open.length).toBeGreaterThan(4)
    expect(finalsOf(client.messages)).toBe('I would like to book a table for two.<end>')
    expect(client.messages.at(-1)).toMatchObject({ tokens: [], finished: true })
    expect(simulator.sessions[0]).toMatchObject({ key: KEY, isOpen: false, closeCode: 1000 })
    expect(simulator.sessions[0]?.transcripts).toEqual(['I would like to book a table for two.'])
  })

  it('splits long words, and puts the space of a word before it', async () => {
    const client = await connect(await start())
    client.sendAudio(say('goodbye'))
    client.send('')
    await client.closed
    const finals = client.messages.flatMap((message) => message.tokens ?? []).filter((token) => token.is_final)
    expect(finals.map((token) => token.text)).toEqual([' Good', 'bye.', '<end>'])
  })

  it('waits out a hesitation, up to max_endpoint_delay_ms', async () => {
    for (const [delay, expected] of [
      [3000, 'My order number is four two seven nine.<end>'],
      [500, 'My order number is<end> four two seven nine.<end>'],
    ] as const) {
      const client = await connect(await start(), { ...START, max_endpoint_delay_ms: delay })
      client.sendAudio(say('hesitate-order'))
      client.send('')
      await client.closed
      expect(finalsOf(client.messages)).toBe(expected)
    }
  })

  it('sends no <end> where endpoint detection is off', async () => {
    const { enable_endpoint_detection: _off, ...rest } = START
    const client = await connect(await start(), rest)
    client.sendAudio(say('yes'))
    client.send('')
    await client.closed
    expect(finalsOf(client.messages)).toBe('Yes.')
  })

  it('answers finalize in the middle of speech with what it has, and <fin>', async () => {
    const client = await connect(await start())
    client.sendAudio(say('book-table').subarray(0, 1500 * 8))
    client.send({ type: 'finalize', trailing_silence_ms: 0 })
    client.send('')
    await client.closed
    expect(finalsOf(client.messages)).toMatch(/^I would like to book.*<fin>$/)
  })

  it.each(['alaw', 'pcm_s16le'] as const)('decodes %s as declared', async (format) => {
    const client = await connect(await start(), { ...START, audio_format: format })
    const audio = say('goodbye', format === 'alaw' ? 'alaw' : 'mulaw')
    client.sendAudio(format === 'alaw' ? audio : toLinear(audio))
    client.send(Buffer.alloc(0))
    await client.closed
    expect(finalsOf(client.messages)).toBe('Goodbye.<end>')
  })

  it.each([
    ['A-law that was declared mu-law', START, 'alaw'],
    ['8 kHz that was declared 16 kHz', { ...START, sample_rate: 16_000 }, 'mulaw'],
  ] as const)('does not understand %s', async (_name, request, encoding) => {
    const client = await connect(await start(), request)
    client.sendAudio(say('phone-number', encoding))
    client.send('')
    await client.closed
    expect(finalsOf(client.messages)).not.toContain('My number is five')
  })

  it('closes a silent stream with 408, which keepalive puts off', async () => {
    const simulator = await start({ idleMs: 1000 })
    const client = await connect(simulator)
    for (let round = 0; round < 3; round++) {
      await new Promise((resolve) => setTimeout(resolve, 400))
      client.send({ type: 'keepalive' })
    }
    await client.closed
    expect(client.messages).toEqual([expect.objectContaining({ error_code: 408 })])
    // The third came after the time in which a silent stream would have been closed.
    expect(simulator.sessions[0]?.keepAlives).toBe(3)
  })

  it('hears nothing in silence', async () => {
    const client = await connect(await start())
    client.sendAudio(silence(2000))
    client.send('')
    await client.closed
    expect(client.messages).toEqual([expect.objectContaining({ tokens: [], finished: true })])
  })
})

function toLinear(audio: Buffer): Buffer {
  const linear = Buffer.alloc(audio.length * 2)
  for (const [index, byte] of audio.entries()) linear.writeInt16LE(decodeMulaw(byte), index * 2)
  return linear
}
