import { DeepgramClient } from '@deepgram/sdk'
import { afterEach, describe, expect, it } from '@jest/globals'
import { FRAME_BYTES } from '../../src/provider-kit/audio.ts'
import type { DeepgramSimulator } from './index.ts'
import type { Message } from './testing/harness.ts'
import { createHarness, finalsOf, KEY, say, silence } from './testing/harness.ts'

const { start, closeLater, closeAll } = createHarness()
afterEach(closeAll)

describe('the official SDK', () => {
  const createClient = (simulator: DeepgramSimulator, apiKey = KEY) => {
    const socketOrigin = simulator.origin.replace('http', 'ws')
    const environment = {
      base: simulator.origin,
      production: socketOrigin,
      agent: socketOrigin,
      agentRest: simulator.origin,
    }
    return new DeepgramClient({ apiKey, environment, maxRetries: 0 })
  }

  it('transcribes over v1', async () => {
    const connection = await createClient(await start()).listen.v1.connect({
      Authorization: `Token ${KEY}`,
      model: 'nova-3',
      encoding: 'mulaw',
      sample_rate: 8000,
      interim_results: 'true',
      endpointing: 300,
      utterance_end_ms: 1000,
      vad_events: 'true',
      smart_format: 'true',
      reconnectAttempts: 0,
    })
    closeLater(connection)
    const messages: Message[] = []
    connection.on('message', (message) => messages.push(message as unknown as Message))
    const closed = new Promise((resolve) => connection.on('close', resolve))
    connection.connect()
    await connection.waitForOpen()
    const audio = Buffer.concat([say('move-appointment'), silence(1000)])
    for (let at = 0; at < audio.length; at += FRAME_BYTES) connection.sendMedia(audio.subarray(at, at + FRAME_BYTES))
    connection.sendKeepAlive({ type: 'KeepAlive' })
    connection.sendFinalize({ type: 'Finalize' })
    connection.sendCloseStream({ type: 'CloseStream' })
    await closed
    const types = new Set(messages.map((message) => message.type))
    expect([...types].sort()).toEqual(['Metadata', 'Results', 'SpeechStarted', 'UtteranceEnd'])
    expect(finalsOf(messages).join(' ')).toBe('Can you move my appointment to Friday?')
  })

  it('transcribes over v2', async () => {
    const connection = await createClient(await start()).listen.v2.connect({
      Authorization: `Token ${KEY}`,
      model: 'flux-general-en',
      encoding: 'mulaw',
      sample_rate: 8000,
      eager_eot_threshold: 0.4,
      reconnectAttempts: 0,
    })
    closeLater(connection)
    const messages: Message[] = []
    connection.on('message', (message) => messages.push(message as unknown as Message))
    const closed = new Promise((resolve) => connection.on('close', resolve))
    connection.connect()
    await connection.waitForOpen()
    const audio = say('move-appointment')
    for (let at = 0; at < audio.length; at += FRAME_BYTES) connection.sendMedia(audio.subarray(at, at + FRAME_BYTES))
    connection.sendCloseStream({ type: 'CloseStream' })
    await closed
    const end = messages.find((message) => message.event === 'EndOfTurn')
    expect(end?.transcript).toBe('Can you move my appointment to Friday?')
  })

  it('reads projects and balances, and the refusal of a wrong key', async () => {
    const simulator = await start()
    const client = createClient(simulator)
    const { projects } = await client.manage.v1.projects.list()
    expect(projects?.map((project) => project.name)).toEqual(['Bakery'])
    const { balances } = await client.manage.v1.projects.billing.balances.list(projects?.[0]?.project_id as string)
    expect(balances?.map(({ amount, units }) => [amount, units])).toEqual([[100, 'usd']])
    await expect(createClient(simulator, 'wrong').manage.v1.projects.list()).rejects.toMatchObject({ statusCode: 401 })
    expect([...simulator.seenKeys]).toEqual([KEY, 'wrong'])
  })
})
