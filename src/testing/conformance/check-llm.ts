import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect } from '@jest/globals'
import type { LlmEvent, LlmOptions, LlmRequest, LlmTool } from '../../provider-kit/index.ts'
import { checkListing } from './check-listing.ts'
import type { CheckOptions } from './check-manifest.ts'
import { isType } from './event-log.ts'
import { expectFault, expectNamed } from './expect-fault.ts'
import { secretFieldsOf } from './find-secret.ts'
import { always, echoing } from './hostile.ts'
import type { Credentials, Stage } from './stage.ts'
import { LLM_FAULTS } from './stand.ts'
import type { Running, Start } from './stand.ts'
import { findWithoutKey } from './without-key.ts'

const TEXT = 'Whales are mammals. They breathe air.'
/** Longer than any wait for a first or a further piece. */
const STALL_MS = 20_000

type Ask = { options?: LlmOptions; request?: Partial<LlmRequest>; credentials?: Credentials }

/** Asks one question; the signal is searched for listeners afterwards. */
const ask = (stage: Stage, running: Running, { options = {}, request = {}, credentials }: Ask = {}) => {
  const { llm } = stage.plugin
  if (!llm) throw new Error('The plugin has no language model')
  const { signal, ...context } = stage.listContext(running, { credentials, signal: request.signal })
  const messages = [{ role: 'user' as const, content: 'Tell me about whales.' }]
  return llm.create(context, options).stream({ system: 'You are a whale guide.', messages, ...request, signal })
}

const collect = async (stage: Stage, stream: AsyncIterable<LlmEvent>): Promise<LlmEvent[]> => {
  const events: LlmEvent[] = []
  stage.hear(events)
  for await (const event of stream) events.push(event)
  return events
}

const failureOf = async (stage: Stage, stream: AsyncIterable<LlmEvent>): Promise<unknown> => {
  const failure: unknown = await collect(stage, stream).then(
    () => {
      throw new Error('The stream did not fail')
    },
    (error: unknown) => error,
  )
  stage.hear(failure)
  return failure
}

const textOf = (events: readonly LlmEvent[]) =>
  events.map((event) => (event.type === 'text' ? event.text : '')).join('')

const TOOL: LlmTool = {
  name: 'find_table',
  description: 'Finds a free table.',
  parameters: { type: 'object', properties: { people: { type: 'integer' } }, required: ['people'] },
}

/** That a language model keeps to the contract of `LlmCapability`. */
export function checkLlm({ plugin, stand, report }: CheckOptions): void {
  const { llm: capability } = plugin
  const { llm } = stand
  if (!capability) return
  if (!llm) throw new Error(`${plugin.id} has language models, and its stand cannot play that`)
  const secrets = () => secretFieldsOf(plugin).flatMap((field) => stand.credentials[field] ?? [])
  const withoutKey = findWithoutKey(plugin, stand)
  const answer = (perTokenMs?: number) => () => llm.start({ text: TEXT, perTokenMs })

  report.section('llm', (prove) => {
    prove('answers in pieces and ends with the reason and what it used', async (stage) => {
      const events = await collect(stage, ask(stage, await stage.start(answer())))
      expect(textOf(events)).toBe(TEXT)
      const finishes = events.filter(isType<LlmEvent, 'finish'>('finish'))
      expect(finishes).toEqual([events.at(-1)])
      const [{ reason, usage } = { reason: '', usage: { inputTokens: 0, cachedInputTokens: 0, outputTokens: 0 } }] =
        finishes
      expect(reason).toBe('stop')
      expect(usage.inputTokens).toBeGreaterThan(0)
      expect(usage.outputTokens).toBeGreaterThan(0)
      expect(usage.cachedInputTokens).toBeLessThanOrEqual(usage.inputTokens)
    })

    prove('delivers what is written while the rest is still being written', async (stage) => {
      const arrivals: number[] = []
      for await (const event of ask(stage, await stage.start(answer(25)))) {
        if (event.type === 'text') arrivals.push(performance.now())
      }
      expect(arrivals.length).toBeGreaterThan(2)
      expect((arrivals.at(-1) ?? 0) - (arrivals[0] ?? 0)).toBeGreaterThan(50)
    })

    prove('keeps the clients of two tenants apart', async (stage) => {
      const running = await stage.start(answer())
      const other = { ...stand.credentials, [plugin.primaryCredential]: `${'wrong-'.repeat(4)}0123456789` }
      const [good, refused] = await Promise.all([
        collect(stage, ask(stage, running)),
        failureOf(stage, ask(stage, running, { credentials: other })),
      ])
      expect(textOf(good)).toBe(TEXT)
      expectNamed(refused, ['rejected'], plugin)
    })

    prove('makes no request with an empty key', async (stage) => {
      const running = await stage.start(answer())
      const credentials = { ...stand.credentials, [plugin.primaryCredential]: '' }
      const failure: unknown = await (async () => collect(stage, ask(stage, running, { credentials })))().catch(
        (error: unknown) => error,
      )
      expectNamed(failure, ['rejected'], plugin)
      expect(stage.connectionCount()).toBe(0)
    })

    if (withoutKey) {
      prove('answers without a key where the provider wants none', async (stage) => {
        const { credentials, start } = withoutKey
        const events = await collect(stage, ask(stage, await stage.start(start), { credentials }))
        expect(textOf(events)).not.toBe('')
        expect(events.at(-1)).toMatchObject({ type: 'finish', reason: 'stop' })
      })
    }

    const { startTool } = llm
    prove(
      'calls a tool and goes on with what it answered',
      startTool &&
        (async (stage) => {
          const call = { tool: TOOL, arguments: { people: 2 }, text: 'There is one at seven.' }
          const running = await stage.start(() => startTool(call))
          const question = { role: 'user' as const, content: 'A table for two?' }
          const events = await collect(stage, ask(stage, running, { request: { messages: [question], tools: [TOOL] } }))
          const calls = events.filter(isType<LlmEvent, 'tool-call'>('tool-call'))
          expect(calls).toEqual([expect.objectContaining({ name: TOOL.name, arguments: { people: 2 } })])
          expect(calls[0]?.id).toMatch(/^\S+$/)
          expect(events.at(-1)).toMatchObject({ type: 'finish', reason: 'tool-calls' })
          const [first] = calls
          if (!first) return
          const { type: _type, ...toolCall } = first
          const messages: LlmRequest['messages'] = [
            question,
            { role: 'assistant', content: '', toolCalls: [toolCall] },
            { role: 'tool', toolCallId: toolCall.id, toolName: TOOL.name, content: '{"free":["19:00"]}' },
          ]
          expect(textOf(await collect(stage, ask(stage, running, { request: { messages, tools: [TOOL] } })))).toBe(
            call.text,
          )
        }),
    )

    for (const name of LLM_FAULTS) {
      const fault = llm.faults[name]
      prove(
        `says what went wrong: ${name}`,
        fault &&
          (async (stage) => {
            const options = name === 'unknown-model' ? { model: 'model-99' } : {}
            expectFault(await failureOf(stage, ask(stage, await stage.start(fault.start), { options })), fault, plugin)
          }),
      )
    }

    prove(
      'warns of options that a model lacks, before the first text, and goes on',
      llm.unsupported &&
        (async (stage) => {
          const running = await stage.start(answer())
          for (const options of llm.unsupported ?? []) {
            const told: string[] = []
            let toldBefore = 0
            for await (const event of ask(stage, running, {
              options,
              request: { onWarning: (text) => told.push(text) },
            })) {
              if (event.type === 'text' && toldBefore === 0) toldBefore = told.length
            }
            expect([options, toldBefore > 0]).toEqual([options, true])
          }
        }),
    )

    // The connection of a look-up stays open for a while, and is not what these are about.
    const options = { model: llm.models?.[0] }
    const { silent: never, beforeFirst, afterFirst } = llm.stalls
    const stalls: [string, Start | undefined][] = [
      ['before its headers', never],
      ['before the first word', beforeFirst],
      ['after the first word', afterFirst],
    ]
    for (const [when, start] of stalls) {
      prove(
        `ends an aborted answer that stands still ${when}, without an error and with its connection`,
        start &&
          (async (stage) => {
            const running = await stage.start(start)
            const controller = new AbortController()
            const events: LlmEvent[] = []
            const reading = (async () => {
              for await (const event of ask(stage, running, { options, request: { signal: controller.signal } }))
                events.push(event)
            })()
            const isUnderWay = () => (when === 'after the first word' ? events.length > 0 : stage.openConnections() > 0)
            while (!isUnderWay()) await nextTurn()
            for (let turn = 0; turn < 20; turn++) await nextTurn()
            controller.abort()
            await reading
            expect(events.filter(({ type }) => type !== 'text')).toEqual([])
            while (stage.openConnections() > 0) await nextTurn()
          }),
      )
      prove(
        `runs into its deadline when nothing comes ${when}`,
        start &&
          (async (stage) => {
            stage.holdTime()
            const running = await stage.start(start)
            let hasFirst = false
            const failing = failureOf(
              stage,
              (async function* () {
                for await (const event of ask(stage, running, { options })) {
                  hasFirst = true
                  yield event
                }
              })(),
            )
            while (when === 'after the first word' ? !hasFirst : stage.openConnections() === 0) await nextTurn()
            for (let turn = 0; turn < 20; turn++) await nextTurn()
            await stage.pass(STALL_MS)
            expectNamed(await failing, ['timeout'], plugin)
          }),
      )
    }

    prove(
      'makes no request for what was aborted before, and closes the connection of a reader who walks away',
      async (stage) => {
        const running = await stage.start(answer(20))
        expect(await collect(stage, ask(stage, running, { request: { signal: AbortSignal.abort() } }))).toEqual([])
        expect(stage.connectionCount()).toBe(0)
        for await (const _event of ask(stage, running, { options })) break
        while (stage.openConnections() > 0) await nextTurn()
      },
    )

    for (const model of [undefined, ...(llm.models ?? [])]) {
      const refusal = async (stage: Stage, start: Start) =>
        failureOf(stage, ask(stage, await stage.start(start), { options: { model } }))
      const name = model ? ` with ${model}` : ''

      prove(`names a refusal by what it means: no answer, a rate limit, a failing server${name}`, async (stage) => {
        const deaf = await stage.deaf()
        expectNamed(await refusal(stage, async () => deaf), ['unreachable'], plugin)
        expectNamed(await refusal(stage, always(429)), ['rate-limited'], plugin)
        for (const status of [500, 502, 503]) {
          expectNamed(await refusal(stage, always(status)), ['unreachable'], plugin)
        }
      })

      prove(`finds no way into an error for a key that the provider repeats${name}`, async (stage) => {
        for (const status of [400, 401, 402, 403, 404, 429, 500]) {
          await refusal(stage, echoing({ status, secrets: secrets() }))
        }
      })
    }

    checkListing({ prove, secrets, list: capability.listModels, start: answer(), what: 'models' })
  })
}
