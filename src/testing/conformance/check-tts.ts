import { expect } from '@jest/globals'
import type { TtsConnectionEvent } from '../../provider-kit/index.ts'
import { startAnswerServer } from './answer-server.ts'
import { checkListing } from './check-listing.ts'
import type { CheckOptions } from './check-manifest.ts'
import { isType } from './event-log.ts'
import { expectFault, expectNamed } from './expect-fault.ts'
import { secretFieldsOf } from './find-secret.ts'
import { always, babbling, echoing, redirecting, silent } from './hostile.ts'
import type { Stage } from './stage.ts'
import { STREAM_FAULTS } from './stand.ts'
import type { Start } from './stand.ts'
import { audioOf, expectWords, heardOf, letters, openTts, ttsFailureOf } from './tts-stage.ts'
import type { OpenTts } from './tts-stage.ts'
import { findWithoutKey } from './without-key.ts'

const CLOSE_MS = 3000
const HANDSHAKE_MS = 9000
const CLAUSES = ['Good morning. ', 'Your table for two is ready, ', 'whenever you are.']
const TEXT = CLAUSES.join('')

const nameOf = (model: string | undefined) => (model ? ` with ${model}` : '')

const say = (opened: OpenTts, ...pieces: string[]) => {
  const spoken = opened.speak()
  for (const piece of pieces) spoken.write(piece)
  spoken.finish()
  return spoken
}

/** That speech synthesis keeps to the contract of `TtsCapability`. */
export function checkTts({ plugin, stand, report }: CheckOptions): void {
  const { tts: capability } = plugin
  const { tts } = stand
  if (!capability) return
  if (!tts) throw new Error(`${plugin.id} speaks, and its stand cannot play that`)
  const secrets = () => secretFieldsOf(plugin).flatMap((field) => stand.credentials[field] ?? [])
  const encoding = capability.encodings[0] ?? 'mulaw'
  const withoutKey = findWithoutKey(plugin, stand)
  const refusal = async (stage: Stage, start: Start, model?: string) => {
    const opened = openTts(stage, await stage.start(start), { model })
    const spoken = say(opened, TEXT)
    const failure = await ttsFailureOf(spoken)
    // Who is speaking hears of it, and then the connection.
    if (!tts.isConnectionless) expect(await ttsFailureOf(opened)).toBe(failure)
    return failure
  }

  report.section('tts', (prove) => {
    for (const wanted of capability.encodings) {
      prove(`speaks ${wanted}, text coming in pieces: audio, then done`, async (stage) => {
        const opened = openTts(stage, await stage.start(tts.start), { format: { encoding: wanted, sampleRate: 8000 } })
        const spoken = say(opened, ...CLAUSES)
        await spoken.until(isType('done'))
        expect(letters(heardOf(stage, spoken.events, wanted))).toBe(letters(TEXT))
        expect(opened.events.map(({ type }) => type)).toEqual(['open'])
      })
    }

    prove(
      'gives every word its place in the audio',
      tts.hasWords === false
        ? undefined
        : async (stage) => {
            const spoken = say(openTts(stage, await stage.start(tts.start)), ...CLAUSES)
            await spoken.until(isType('done'))
            expectWords(spoken.events, TEXT)
          },
    )

    prove('speaks one utterance after another over one connection, and counts what it spoke', async (stage) => {
      const opened = openTts(stage, await stage.start(tts.start))
      for (const text of ['One for you. ', 'Two for me. ', 'Three for all. ']) {
        const spoken = say(opened, text)
        await spoken.until(isType('done'))
        expect(letters(heardOf(stage, spoken.events, encoding))).toBe(letters(text))
      }
      opened.connection.close()
      const closed = await opened.until(isType<TtsConnectionEvent, 'closed'>('closed'))
      expect(opened.events.map(({ type }) => type)).toEqual(['open', 'closed'])
      expect(closed.characters).toBeGreaterThanOrEqual('One for you.Two for me.Three for all.'.length)
      expect(closed.characters).toBeLessThanOrEqual('One for you. Two for me. Three for all. '.length + 6)
    })

    if (withoutKey) {
      prove('speaks without a key where the provider wants none', async (stage) => {
        const { credentials, start } = withoutKey
        const spoken = say(openTts(stage, await stage.start(start), { credentials }), TEXT)
        await spoken.until(isType('done'))
        expect(letters(heardOf(stage, spoken.events, encoding))).toBe(letters(TEXT))
      })
    }

    prove('is done at once when there is nothing to say', async (stage) => {
      const opened = openTts(stage, await stage.start(tts.start))
      const spoken = opened.speak()
      spoken.finish()
      await spoken.until(isType('done'))
      expect(audioOf(spoken.events)).toHaveLength(0)
    })

    prove('falls silent when cancelled, and speaks the next utterance', async (stage) => {
      const opened = openTts(stage, await stage.start(tts.start))
      const cut = opened.speak()
      cut.write('This sentence is long enough to be interrupted in the middle of it. ')
      await cut.until(isType('audio'))
      cut.cancel()
      const { length } = cut.events
      const early = opened.speak()
      early.write('Never heard. ')
      early.cancel()
      early.write('Not this either. ')
      early.finish()
      const next = say(opened, 'I am listening. ')
      await next.until(isType('done'))
      expect(letters(heardOf(stage, next.events, encoding))).toBe(letters('I am listening.'))
      expect(cut.events).toHaveLength(length)
      expect(early.events).toEqual([])
    })

    prove('delivers nothing but closed once it is destroyed', async (stage) => {
      const opened = openTts(stage, await stage.start(tts.start))
      const spoken = opened.speak()
      spoken.write(TEXT)
      await spoken.until(isType('audio'))
      opened.connection.destroy()
      await opened.until(isType('closed'))
      expect(opened.events.map(({ type }) => type)).toEqual(['open', 'closed'])
      expect(spoken.events.filter(isType('done'))).toEqual([])
    })

    prove('ends at once when closed or destroyed before it opened', async (stage) => {
      const running = await stage.start(silent)
      for (const how of ['close', 'destroy'] as const) {
        const opened = openTts(stage, running)
        opened.connection[how]()
        await opened.until(isType('closed'))
        expect(opened.events).toEqual([{ type: 'closed', characters: 0 }])
      }
    })

    prove(
      'closes within 3 s although the provider has stopped answering',
      tts.stall &&
        (async (stage) => {
          stage.holdTime()
          const opened = openTts(stage, await stage.start(tts.stall as Start))
          await opened.until(isType('open'))
          const spoken = opened.speak()
          spoken.write(TEXT)
          await stage.pass(500)
          opened.connection.close()
          await stage.pass(CLOSE_MS)
          expect(opened.events.at(-1)?.type).toBe('closed')
        }),
    )

    for (const name of STREAM_FAULTS) {
      const fault = tts.faults[name]
      prove(
        `says what went wrong: ${name}`,
        fault && (async (stage) => expectFault(await refusal(stage, fault.start), fault, plugin)),
      )
    }

    prove(
      'warns of options that a model lacks, and goes on',
      tts.unsupported &&
        (async (stage) => {
          const running = await stage.start(tts.start)
          for (const options of tts.unsupported ?? []) {
            const opened = openTts(stage, running, options)
            const warning = await opened.until(isType<TtsConnectionEvent, 'warning'>('warning'))
            expect(warning.message).toMatch(/^\S.{10,}/)
            await say(opened, 'Yes. ').until(isType('done'))
          }
        }),
    )

    for (const model of [undefined, ...(tts.models ?? [])]) {
      prove(
        `names a refusal by what it means: no answer, a rate limit, a failing server, a redirect${nameOf(model)}`,
        async (stage) => {
          const deaf = await stage.deaf()
          expectNamed(await refusal(stage, async () => deaf, model), ['unreachable'], plugin)
          expectNamed(await refusal(stage, always(429), model), ['rate-limited'], plugin)
          for (const status of [500, 502, 503])
            expectNamed(await refusal(stage, always(status), model), ['unreachable'], plugin)
          const elsewhere = await stage.start(() => startAnswerServer({ answer: () => ({ status: 200 }) }))
          expectNamed(await refusal(stage, redirecting(elsewhere), model), ['failed', 'unreachable'], plugin)
          expect(elsewhere.asked).toEqual([])
        },
      )

      prove(`gives up a handshake that is never answered${nameOf(model)}`, async (stage) => {
        stage.holdTime()
        const spoken = say(openTts(stage, await stage.start(silent), { model }), TEXT)
        await stage.pass(HANDSHAKE_MS)
        expectNamed(await ttsFailureOf(spoken), ['timeout', 'unreachable'], plugin)
      })

      prove(`ends in order when the provider talks nonsense${nameOf(model)}`, async (stage) => {
        expectNamed(await refusal(stage, babbling, model), ['closed', 'failed', 'unreachable'], plugin)
      })

      prove(`finds no way into an event for a key that the provider repeats${nameOf(model)}`, async (stage) => {
        for (const status of [101, 400, 401, 402, 403, 429, 500]) {
          await refusal(stage, echoing({ status, secrets: secrets() }), model)
        }
      })
    }

    const { hasFixedVoices: isFixed } = tts
    checkListing({ prove, secrets, list: capability.listVoices, start: tts.start, what: 'voices', isFixed })
  })
}
