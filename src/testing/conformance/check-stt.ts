import { expect } from '@jest/globals'
import type { SttEvent } from '../../provider-kit/index.ts'
import { startAnswerServer } from './answer-server.ts'
import type { CheckOptions } from './check-manifest.ts'
import { isType } from './event-log.ts'
import { expectFault, expectNamed } from './expect-fault.ts'
import { secretFieldsOf } from './find-secret.ts'
import { always, babbling, echoing, redirecting, silent } from './hostile.ts'
import type { Stage } from './stage.ts'
import { STREAM_FAULTS } from './stand.ts'
import type { Running, Start } from './stand.ts'
import { openStt, silenceOf, speechOf, sttFailureOf, turnsOf } from './stt-stage.ts'
import type { OpenStt } from './stt-stage.ts'
import { findWithoutKey } from './without-key.ts'

/** A close is done within this, whatever the provider does. */
const CLOSE_MS = 3000
/** No handshake is waited for longer, and no transcript. */
const HANDSHAKE_MS = 6000
const TRANSCRIPT_MS = 9000

/** What a stream may call a provider that breaks its own protocol. */
const BROKEN = ['closed', 'failed', 'unreachable'] as const

/** Without punctuation and capitals, which a provider may or may not give. */
const plain = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^\p{L}\p{N} ]/gu, '')
    .replace(/\s+/g, ' ')
    .trim()

/** That a live transcription keeps to the contract of `SttCapability`. */
export function checkStt({ plugin, stand, report }: CheckOptions): void {
  const { stt: capability } = plugin
  const { stt } = stand
  if (!capability) return
  if (!stt) throw new Error(`${plugin.id} transcribes, and its stand cannot play that`)
  const secrets = () => secretFieldsOf(plugin).flatMap((field) => stand.credentials[field] ?? [])
  const withoutKey = findWithoutKey(plugin, stand)
  const isConnectionless = stt.isConnectionless === true
  const encoding = capability.encodings[0] ?? 'mulaw'
  /** Says as much as it takes to be asked for: something to transcribe, where silence is not sent. */
  const knock = (stage: Stage, heard: OpenStt) =>
    heard.send(isConnectionless ? speechOf(stage, encoding).audio : silenceOf(200))
  const models = [undefined, ...(stt.models ?? [])]
  const nameOf = (model: string | undefined) => (model ? ` with ${model}` : '')

  report.section('stt', (prove) => {
    for (const encoding of capability.encodings) {
      for (const model of models) {
        prove(
          `hears ${encoding}${nameOf(model)}, in order: open, interim, final, end of turn, closed`,
          async (stage) => {
            const { audio, text } = speechOf(stage, encoding)
            const heard = openStt(stage, await stage.start(stt.start), {
              model,
              format: { encoding, sampleRate: 8000 },
            })
            await heard.until(isType('open'))
            heard.send(audio)
            await heard.until(isType('end-of-turn'))
            heard.send(audio)
            heard.stream.close()
            const closed = await heard.until(isType<SttEvent, 'closed'>('closed'))
            expect(turnsOf(heard.events).map(plain)).toEqual([plain(text), plain(text)])
            // What is billed: silence that a plugin keeps to itself is not.
            expect(closed.audioMs).toBeLessThanOrEqual(audio.length / 4 + 100)
            expect(closed.audioMs).toBeGreaterThan(audio.length / 8)
            if (stt.hasInterims !== false) expect(heard.events.filter(isType('interim')).length).toBeGreaterThan(0)
            expect(heard.events.filter(isType('final')).length).toBeGreaterThan(0)
            expect(heard.events.filter(isType('error'))).toEqual([])
          },
        )
      }
    }

    if (withoutKey) {
      prove('hears without a key where the provider wants none', async (stage) => {
        const { credentials, start } = withoutKey
        const { audio, text } = speechOf(stage, encoding)
        const heard = openStt(stage, await stage.start(start), { credentials })
        heard.send(audio)
        await heard.until(isType('end-of-turn'))
        expect(turnsOf(heard.events).map(plain)).toEqual([plain(text)])
      })
    }

    prove('holds audio that comes before the stream is open', async (stage) => {
      const { audio, text } = speechOf(stage, encoding)
      const heard = openStt(stage, await stage.start(stt.start))
      heard.send(audio)
      heard.stream.close()
      await heard.until(isType('closed'))
      expect(turnsOf(heard.events).map(plain)).toEqual([plain(text)])
    })

    prove('asks for what is still buffered when it closes in the middle of speech', async (stage) => {
      const { audio, text } = speechOf(stage, encoding)
      const heard = openStt(stage, await stage.start(stt.start))
      await heard.until(isType('open'))
      heard.send(audio.subarray(0, Math.floor(audio.length * 0.6)))
      heard.stream.close()
      await heard.until(isType('closed'))
      const [turn = ''] = turnsOf(heard.events)
      expect(plain(turn).length).toBeGreaterThan(2)
      expect(plain(text).startsWith(plain(turn).slice(0, 6))).toBe(true)
      expect(heard.events.filter(isType('error'))).toEqual([])
    })

    prove('delivers nothing but closed once it is destroyed', async (stage) => {
      const { audio } = speechOf(stage, encoding)
      const heard = openStt(stage, await stage.start(stt.start))
      await heard.until(isType('open'))
      heard.send(audio)
      const { length } = heard.events
      heard.stream.destroy()
      await heard.until(isType('closed'))
      expect(heard.events.slice(length).map(({ type }) => type)).toEqual(['closed'])
    })

    prove('ends at once when closed or destroyed before it opened', async (stage) => {
      const running = await stage.start(silent)
      for (const how of ['close', 'destroy'] as const) {
        const heard = openStt(stage, running)
        heard.stream[how]()
        await heard.until(isType('closed'))
        expect(heard.events).toEqual([{ type: 'closed', audioMs: 0 }])
      }
    })

    prove(
      'tells nothing while the provider stalls, and closes within 3 s all the same',
      stt.stall &&
        (async (stage) => {
          const { audio } = speechOf(stage, encoding)
          stage.holdTime()
          const heard = openStt(stage, await stage.start(stt.stall as typeof stt.start))
          await heard.until(isType('open'))
          heard.send(audio)
          await stage.pass(1000)
          // That somebody speaks may be heard without the provider.
          const own = isConnectionless ? ['warning', 'speech-started'] : ['warning']
          expect(heard.events.map(({ type }) => type).filter((type) => !own.includes(type))).toEqual(['open'])
          heard.stream.close()
          await stage.pass(CLOSE_MS)
          expect(heard.events.at(-1)?.type).toBe('closed')
        }),
    )

    for (const name of STREAM_FAULTS) {
      const fault = stt.faults[name]
      prove(
        `says what went wrong: ${name}`,
        fault &&
          (async (stage) => {
            const heard = openStt(stage, await stage.start(fault.start))
            heard.send(speechOf(stage, encoding).audio)
            expectFault(await sttFailureOf(heard), fault, plugin)
            // Whoever closes what has failed leaves no timer behind.
            heard.stream.close()
            if (name === 'close-mid-sentence') expect(turnsOf(heard.events)).toEqual([])
          }),
      )
    }

    prove(
      'hears the whole sentence when a new stream is given the audio of a broken one again',
      stt.faults['close-mid-sentence'] &&
        (async (stage) => {
          const { audio, text } = speechOf(stage, encoding)
          const broken = openStt(stage, await stage.start(stt.faults['close-mid-sentence']?.start ?? stt.start))
          broken.send(audio)
          await sttFailureOf(broken)
          const heard = openStt(stage, await stage.start(stt.start))
          // As the engine does it: at once, in pieces of 100 ms, before the stream is open.
          for (let at = 0; at < audio.length; at += 800) heard.stream.send(audio.subarray(at, at + 800))
          await heard.until(isType('end-of-turn'))
          expect(turnsOf(heard.events).map(plain)).toEqual([plain(text)])
        }),
    )

    prove(
      'warns of options that a model lacks, and goes on',
      stt.unsupported &&
        (async (stage) => {
          const running = await stage.start(stt.start)
          for (const options of stt.unsupported ?? []) {
            const heard = openStt(stage, running, options)
            const warning = await heard.until(isType<SttEvent, 'warning'>('warning'))
            expect(warning.message).toMatch(/^\S.{10,}/)
            await heard.until(isType('open'))
            expect(heard.events.filter(isType('error'))).toEqual([])
          }
        }),
    )

    for (const model of models) {
      const failureAt = async (stage: Stage, running: Running) => {
        const heard = openStt(stage, running, { model })
        knock(stage, heard)
        return sttFailureOf(heard)
      }

      prove(
        `names a refusal by what it means: no answer, a rate limit, a failing server, a redirect${nameOf(model)}`,
        async (stage) => {
          const failure = async (start: Start) => failureAt(stage, await stage.start(start))
          expectNamed(await failureAt(stage, await stage.deaf()), ['unreachable'], plugin)
          expectNamed(await failure(always(429)), ['rate-limited'], plugin)
          for (const status of [500, 502, 503]) expectNamed(await failure(always(status)), ['unreachable'], plugin)
          const elsewhere = await stage.start(() => startAnswerServer({ answer: () => ({ status: 200 }) }))
          expectNamed(await failure(redirecting(elsewhere)), ['failed', 'unreachable'], plugin)
          expect(elsewhere.asked).toEqual([])
        },
      )

      prove(`gives up a handshake that is never answered${nameOf(model)}`, async (stage) => {
        stage.holdTime()
        const heard = openStt(stage, await stage.start(silent), { model })
        knock(stage, heard)
        await stage.pass(isConnectionless ? TRANSCRIPT_MS : HANDSHAKE_MS)
        expectNamed(await sttFailureOf(heard), ['timeout', 'unreachable'], plugin)
      })

      prove(`ends in order when the provider talks nonsense${nameOf(model)}`, async (stage) => {
        const heard = openStt(stage, await stage.start(babbling), { model })
        knock(stage, heard)
        expectNamed(await sttFailureOf(heard), BROKEN, plugin)
        expect(heard.events.filter(({ type }) => type === 'interim' || type === 'final')).toEqual([])
      })

      prove(`finds no way into an event for a key that the provider repeats${nameOf(model)}`, async (stage) => {
        // What a socket is told once it is open has no status; of a request it would be a transcript.
        const statuses = isConnectionless ? [] : [101]
        for (const status of [...statuses, 400, 401, 402, 403, 429, 500]) {
          await failureAt(stage, await stage.start(echoing({ status, secrets: secrets() })))
        }
      })
    }
  })
}
