import { connect } from 'node:net'
import { afterEach, describe, expect, it } from '@jest/globals'
import { z } from 'zod'
import { defineProvider, ProviderError } from '../../provider-kit/index.ts'
import type { ProviderManifest, SttEvent } from '../../provider-kit/index.ts'
import { startAnswerServer } from './answer-server.ts'
import { NOTHING_FOUND, runOnStage } from './stage.ts'
import type { Stage } from './stage.ts'
import { expectSttOrder } from './stt-stage.ts'

const SECRET = 'a-secret-of-the-tenant-4711'

const plugin: ProviderManifest = defineProvider({
  specVersion: 1,
  id: 'careless',
  name: 'Careless',
  description: 'Does what it should not.',
  kinds: ['data'],
  capabilities: ['web-search'],
  docsUrl: 'https://careless.example/docs',
  keyUrl: 'https://careless.example/keys',
  origins: { api: 'https://careless.example' },
  credentials: z.object({
    apiKey: z.string().meta({ title: 'API key' }),
    region: z.string().meta({ title: 'Region', secret: false }),
  }),
  primaryCredential: 'apiKey',
  checkKey: async () => ({ status: 'valid', capabilities: {}, message: 'Good.', metadata: {} }),
})
const stand = { credentials: { apiKey: SECRET, region: 'a-region-that-all-may-know' }, keys: [] }
const run = (body: (stage: Stage) => Promise<void>) => runOnStage({ plugin, stand }, body)

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup()
})

const serve = () => startAnswerServer({ answer: () => ({ status: 200, body: {} }) })

describe('a check on its stage', () => {
  it('is found to have done nothing wrong where it did nothing wrong', async () => {
    const found = await run(async (stage) => {
      const running = await stage.start(serve)
      await fetch(running.origin)
      stage.hear([{ said: 'a-region-that-all-may-know' }, new Error('nothing')])
    })
    expect(found).toEqual(NOTHING_FOUND)
  })

  it('is found to have gone elsewhere, and nobody there was reached', async () => {
    const elsewhere = await serve()
    cleanups.push(elsewhere.close)
    const target = elsewhere.origin.replace('http://', '')
    const found = await run(async () => {
      await expect(fetch(elsewhere.origin)).rejects.toThrow()
      await expect(fetch('https://api.careless.example/v1')).rejects.toThrow()
      await new Promise((resolve) => connect(Number(target.split(':')[1]), '127.0.0.1').once('error', resolve))
    })
    expect(found.strays).toEqual([target, 'api.careless.example:443', target])
    expect(elsewhere.asked).toEqual([])
  })

  it('is found to have left a timer, a socket, a listener', async () => {
    const found = await run(async (stage) => {
      // Several, since one that an earlier check's library still held may end meanwhile.
      const timers = Array.from({ length: 5 }, () => setInterval(() => {}, 1000))
      const listener = () => {}
      process.on('beforeExit', listener)
      stage.listContext(await stage.start(serve)).signal.addEventListener('abort', () => {})
      cleanups.push(
        () => timers.forEach(clearInterval),
        () => process.off('beforeExit', listener),
      )
    })
    expect(found.left).toEqual([expect.stringMatching(/^\d Timeout$/), '1 process listener beforeExit'])
    expect(found.listenersLeft).toBe(1)
  })

  it('is found to have printed, and to have looked for a key in the environment', async () => {
    const found = await run(async () => {
      console.error('careless', process.env.CARELESS_API_KEY)
    })
    expect(found.printed).toEqual(['careless undefined'])
    expect(found.readFromEnvironment).toEqual(['CARELESS_API_KEY'])
  })

  it.each<[string, unknown]>([
    ['plain', { deep: [`key ${SECRET}`] }],
    ['as the name of a field', { [SECRET]: 1 }],
    ['reversed', [...SECRET].reverse().join('')],
    ['as Basic credentials', Buffer.from(`api:${SECRET}`).toString('base64')],
    ['in hex', Buffer.from(SECRET).toString('hex')],
    ['in the stack of an error', new Error(`refused ${SECRET}`)],
    ['in the cause of an error', new Error('refused', { cause: { headers: [`Bearer ${SECRET}`] } })],
    [
      'in the code of an error',
      new ProviderError({ provider: 'x', kind: 'failed', message: 'no', providerCode: SECRET }),
    ],
    ['in bytes', Buffer.from(`RIFF${SECRET}`)],
  ])('is found to have repeated a secret %s', async (_name, said) => {
    expect((await run(async (stage) => stage.hear(said))).secrets).toEqual(['apiKey'])
  })
})

describe('the order of a transcription', () => {
  const open: SttEvent = { type: 'open' }
  const closed: SttEvent = { type: 'closed', audioMs: 0 }
  const error: SttEvent = { type: 'error', error: new ProviderError({ provider: 'x', kind: 'failed', message: 'no' }) }
  const turn: SttEvent = { type: 'end-of-turn', text: 'Hello.' }

  it.each<[SttEvent[]]>([
    [[open, { type: 'warning', message: 'w' }, turn, closed]],
    [[{ type: 'warning', message: 'w' }, open, closed]],
    [[error, closed]],
    [[open, { type: 'eager-end-of-turn', text: 'Hi' }, { type: 'turn-resumed' }, turn, closed]],
  ])('holds for %j', (events) => expect(() => expectSttOrder(events)).not.toThrow())

  it.each<[string, SttEvent[]]>([
    ['words before the opening', [turn, open, closed]],
    ['two openings', [open, open, closed]],
    ['no end', [open, turn]],
    ['two ends', [open, closed, closed]],
    ['words after the end', [open, closed, turn]],
    ['words after an error', [open, error, turn, closed]],
    ['an empty turn', [open, { type: 'end-of-turn', text: ' ' }, closed]],
    ['a turn that goes on though it never seemed over', [open, { type: 'turn-resumed' }, closed]],
  ])('is broken by %s', (_name, events) => expect(() => expectSttOrder(events)).toThrow())
})
