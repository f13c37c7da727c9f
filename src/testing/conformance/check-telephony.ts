import { expect } from '@jest/globals'
import { BYTES_PER_MS, FRAME_BYTES, isMalformedFrameError } from '../../provider-kit/index.ts'
import type { TelephonyCapability, TelephonyClient, WebhookRequest } from '../../provider-kit/index.ts'
import { startAnswerServer } from './answer-server.ts'
import type { AnswerServer } from './answer-server.ts'
import type { CheckOptions } from './check-manifest.ts'
import { expectNamed } from './expect-fault.ts'
import { secretFieldsOf } from './find-secret.ts'
import { always, echoing } from './hostile.ts'
import type { Stage } from './stage.ts'
import type { Running, Start, TelephonyStand } from './stand.ts'

const NO_FRAMES = ['', '{', '[]', 'null', '7', '"media"', '{}', '{"event":7}', '{"event":"media"}', '{"event":"start"}']
const NO_EVENTS = ['', '{', '[]', 'null', '{}', '%']

const commandsOf = (client: TelephonyClient, { carrierCallId, dial }: TelephonyStand) => {
  const of = (commandId: string) => ({ carrierCallId, commandId })
  const { sendDtmf } = client
  return {
    answer: () => client.answer(of('answer-1')),
    reject: () => client.reject({ ...of('reject-1'), cause: 'busy' }),
    hangUp: () => client.hangUp(of('hang-up-1')),
    startStream: () =>
      client.startStream({ ...of('stream-1'), streamUrl: 'wss://patchbay.example/media/x', encoding: 'mulaw' }),
    transfer: () => client.transfer({ ...of('transfer-1'), to: dial.to }),
    ...(sendDtmf ? { sendDtmf: () => sendDtmf({ ...of('dtmf-1'), digits: '12#' }) } : {}),
    dial: () =>
      client.dial({
        ...dial,
        commandId: 'dial-1',
        webhookUrl: 'https://patchbay.example/webhooks/carrier/tenant',
        detectMachine: true,
        ringSeconds: 30,
      }),
  }
}

/** Every way in which a signature stops holding. */
const forgeries = (telephony: TelephonyStand, now: number): [string, WebhookRequest][] => {
  const [first] = telephony.webhooks
  if (!first) throw new Error('The stand has no webhook')
  const good = first.sign(now)
  const body = good.rawBody.toString('latin1')
  const changed = Buffer.from(
    body.replace(/[0-9](?=[^0-9]*$)/, (digit) => String((Number(digit) + 1) % 10)),
    'latin1',
  )
  const headers = telephony.signatureHeaders.flatMap((name): [string, WebhookRequest][] => [
    [`without ${name}`, { ...good, headers: { ...good.headers, [name]: undefined } }],
    [`with an empty ${name}`, { ...good, headers: { ...good.headers, [name]: '' } }],
    [`with another ${name}`, { ...good, headers: { ...good.headers, [name]: 'AAAA' } }],
  ])
  return [
    ['signed by another account', telephony.forge(now)],
    ['with a changed body', { ...good, rawBody: changed }],
    ['with a longer body', { ...good, rawBody: Buffer.concat([good.rawBody, Buffer.from('&x=1 ')]) }],
    ['with an empty body', { ...good, rawBody: Buffer.alloc(0) }],
    ...headers,
  ]
}

/** That a carrier keeps to the contract of `TelephonyCapability`. */
export function checkTelephony({ plugin, stand, report }: CheckOptions): void {
  const { telephony } = stand
  if (!plugin.telephony) return
  if (!telephony) throw new Error(`${plugin.id} is a carrier, and its stand cannot play that`)
  const capability = plugin.telephony as TelephonyCapability
  const secrets = () => secretFieldsOf(plugin).flatMap((field) => stand.credentials[field] ?? [])
  const clientAt = (stage: Stage, running: Running) => capability.createClient(stage.context(running))
  const failureOf = async (stage: Stage, command: Promise<unknown>): Promise<unknown> => {
    const failure: unknown = await command.then(
      () => {
        throw new Error('The command did not fail')
      },
      (error: unknown) => error,
    )
    stage.hear(failure)
    return failure
  }
  const NOW = Date.now()

  report.section('telephony', (prove) => {
    prove('believes what the account signed', async () => {
      for (const { name, sign } of telephony.webhooks) {
        expect([name, capability.verifyWebhook(sign(NOW), stand.credentials, NOW)]).toEqual([name, { ok: true }])
      }
    })

    prove('refuses what the account did not sign', async (stage) => {
      for (const [how, request] of forgeries(telephony, NOW)) {
        const verdict = capability.verifyWebhook(request, stand.credentials, NOW)
        stage.hear(verdict)
        expect([how, verdict]).toEqual([how, { ok: false, status: expect.any(Number), reason: expect.any(String) }])
      }
    })

    const { toleranceMs } = telephony
    prove(
      'refuses a signature that is too old, or from the future',
      toleranceMs === undefined
        ? undefined
        : async () => {
            const [first] = telephony.webhooks
            for (const [offset, ok] of [
              [0, true],
              [-toleranceMs, true],
              [-toleranceMs - 1000, false],
              [toleranceMs + 1000, false],
            ] as const) {
              // A whole second, since that is what carriers sign.
              const now = Math.floor(NOW / 1000) * 1000
              const verdict = capability.verifyWebhook(
                first?.sign(now + offset) as WebhookRequest,
                stand.credentials,
                now,
              )
              expect([offset, verdict.ok]).toEqual([offset, ok])
            }
          },
    )

    prove('refuses, and does not throw, where the credentials are no good', async () => {
      const [first] = telephony.webhooks
      const request = first?.sign(NOW) as WebhookRequest
      for (const value of ['', 'not base64 at all', 'AAAA', 'A'.repeat(44)]) {
        const broken = Object.fromEntries(Object.keys(stand.credentials).map((field) => [field, value]))
        expect(capability.verifyWebhook(request, broken, NOW).ok).toBe(false)
      }
    })

    prove('reads every documented event, each delivery of one under the same id', async (stage) => {
      for (const { name, sign, event } of telephony.webhooks) {
        const read = capability.parseWebhook(sign(NOW))
        stage.hear(read)
        expect([name, read]).toEqual([name, expect.objectContaining(event)])
        expect(read.eventId).not.toBe('')
        expect(Number.isNaN(Date.parse(read.occurredAt))).toBe(false)
        expect(capability.parseWebhook(sign(NOW + 5000)).eventId).toBe(read.eventId)
      }
      const ids = telephony.webhooks.map(({ sign }) => capability.parseWebhook(sign(NOW)).eventId)
      expect(new Set(ids).size).toBe(ids.length)
    })

    prove('throws a SyntaxError for what is no event', async () => {
      for (const body of NO_EVENTS) {
        let thrown: unknown
        try {
          capability.parseWebhook(telephony.nonsense(NOW, body))
        } catch (error) {
          thrown = error
        }
        expect([body, thrown instanceof SyntaxError]).toEqual([body, true])
      }
    })

    prove('sends every command, to the stand alone', async (stage) => {
      const server: AnswerServer = await stage.start(() => startAnswerServer({ answer: telephony.accepts }))
      // What is an instruction to such a carrier is no command.
      const instructed = capability.instructions ? ['answer', 'reject', 'startStream'] : []
      for (const [name, command] of Object.entries(commandsOf(clientAt(stage, server), telephony))) {
        if (instructed.includes(name)) continue
        const before = server.asked.length
        const result = await command()
        expect([name, server.asked.length > before]).toEqual([name, true])
        if (name === 'dial') expect((result as { carrierCallId: string }).carrierCallId).toMatch(/^\S+$/)
      }
    })

    prove('sends a command again after a failure only where that has no second effect', async (stage) => {
      let failures = 0
      const server = await stage.start(() =>
        startAnswerServer({
          answer: (asked) => (failures-- > 0 ? { status: 503, body: '' } : telephony.accepts(asked)),
        }),
      )
      const { dial, hangUp } = commandsOf(clientAt(stage, server), telephony)
      failures = 1
      await hangUp().catch((error: unknown) => expectNamed(error, ['unreachable'], plugin))
      expect(new Set(server.asked.map(({ method, path, body }) => `${method} ${path} ${body}`)).size).toBe(1)
      failures = 1
      const before = server.asked.length
      await dial().catch((error: unknown) => expectNamed(error, ['unreachable'], plugin))
      const dials = server.asked.slice(before).map(({ body }) => body)
      expect(new Set(dials).size).toBe(1)
      if (!telephony.heedsCommandId) expect(dials).toHaveLength(1)
    })

    prove('names what a command failed of: no answer, a rate limit, a failing carrier', async (stage) => {
      const refusal = async (start: Start) => {
        const { answer, transfer } = commandsOf(clientAt(stage, await stage.start(start)), telephony)
        // A carrier that is told what to do by its webhooks' answers takes no command to answer.
        return failureOf(stage, capability.instructions ? transfer() : answer())
      }
      const deaf = await stage.deaf()
      expectNamed(await refusal(async () => deaf), ['unreachable'], plugin)
      expectNamed(await refusal(always(429)), ['rate-limited'], plugin)
      expectNamed(await refusal(always(503)), ['unreachable'], plugin)
    })

    prove('finds no way into an error for a key that the carrier repeats', async (stage) => {
      for (const status of [400, 401, 402, 403, 404, 422, 429]) {
        const running = await stage.start(echoing({ status, secrets: secrets() }))
        await failureOf(stage, commandsOf(clientAt(stage, running), telephony).dial())
      }
    })

    prove('reads every documented frame of the media stream, and nothing else', async () => {
      const codec = capability.createMediaCodec()
      for (const { message, event } of telephony.frames) expect(codec.parse(message)).toEqual(event)
      for (const message of NO_FRAMES) {
        let thrown: unknown
        try {
          codec.parse(message)
        } catch (error) {
          thrown = error
        }
        expect([message, isMalformedFrameError(thrown)]).toEqual([message, true])
      }
    })

    prove('writes audio, marks and clear so that the carrier reads them', async () => {
      const codec = capability.createMediaCodec()
      const [start] = telephony.frames
      if (start) codec.parse(start.message)
      for (const bytes of [FRAME_BYTES, 1000 * BYTES_PER_MS]) {
        const audio = Buffer.from(Array.from({ length: bytes }, (_, index) => (index * 7) & 0xff))
        expect(telephony.readFrame(codec.media(audio))).toEqual({ audio })
      }
      expect(telephony.readFrame(codec.mark('turn-7'))).toEqual({ mark: 'turn-7' })
      expect(telephony.readFrame(codec.clear())).toEqual({ isClear: true })
    })

    const { instructions } = capability
    if (instructions) {
      prove('answers a webhook with instructions, whatever the address holds', async () => {
        const streamUrl = 'wss://patchbay.example/media/x&b="<2>"'
        const replies = [
          instructions.startStream({ streamUrl }),
          instructions.reject({ cause: 'busy' }),
          instructions.hangUp(),
          instructions.acknowledge(),
        ]
        for (const reply of replies) {
          expect(reply.status).toBeGreaterThanOrEqual(200)
          expect(reply.status).toBeLessThan(300)
        }
        expect(replies[0]?.body).not.toContain('"<2>"')
        const waiting = telephony.webhooks.filter(({ sign }) => instructions.awaitsInstructions(sign(NOW)))
        expect(waiting.length).toBeGreaterThan(0)
        expect(waiting.length).toBeLessThan(telephony.webhooks.length)
      })
    }
  })
}
