import { expect } from '@jest/globals'
import type { ListContext } from '../../provider-kit/index.ts'
import type { CheckOptions } from './check-manifest.ts'
import type { Prove } from './create-report.ts'
import { expectFault, expectNamed } from './expect-fault.ts'
import { secretFieldsOf } from './find-secret.ts'
import { always, echoing, silent } from './hostile.ts'
import type { Stage } from './stage.ts'
import type { SearchStand, Start } from './stand.ts'

const FAULTS = ['bad-key', 'no-credit', 'rate-limit', 'out-of-order', 'malformed-message'] as const

type SearchCheck<Found> = {
  prove: Prove
  search: SearchStand
  secrets: readonly string[]
  ask(context: ListContext): Promise<Found>
  /** How many were found. */
  count(found: Found): number
  /** That one answer is well formed. */
  expectWellFormed(found: Found): void
}

function checkAnySearch<Found>({ prove, search, secrets, ask, count, expectWellFormed }: SearchCheck<Found>): void {
  const failureOf = async (stage: Stage, start: Start, signal?: AbortSignal): Promise<unknown> => {
    const failure: unknown = await ask(stage.listContext(await stage.start(start), { signal })).then(
      () => {
        throw new Error('The search did not fail')
      },
      (error: unknown) => error,
    )
    stage.hear(failure)
    return failure
  }

  prove('finds something, and says where it is', async (stage) => {
    const found = await ask(stage.listContext(await stage.start(search.start)))
    stage.hear(found)
    expect(count(found)).toBeGreaterThan(0)
    expectWellFormed(found)
  })

  const { startEmpty } = search
  prove(
    'takes finding nothing for an answer',
    startEmpty && (async (stage) => expect(count(await ask(stage.listContext(await stage.start(startEmpty))))).toBe(0)),
  )

  for (const name of FAULTS) {
    const fault = search.faults[name]
    prove(
      `says what went wrong: ${name}`,
      fault && (async (stage) => expectFault(await failureOf(stage, fault.start), fault, stage.plugin)),
    )
  }

  prove('names a refusal by what it means, and ends with its signal', async (stage) => {
    const { plugin } = stage
    const deaf = await stage.deaf()
    expectNamed(await failureOf(stage, async () => deaf), ['unreachable'], plugin)
    expectNamed(await failureOf(stage, always(429)), ['rate-limited'], plugin)
    expectNamed(await failureOf(stage, always(503)), ['unreachable'], plugin)
    expectNamed(await failureOf(stage, silent, AbortSignal.timeout(60)), ['timeout', 'unreachable'], plugin)
  })

  prove('finds no way into an error for a key that the provider repeats', async (stage) => {
    for (const status of [400, 401, 402, 403, 422, 429, 500]) {
      await failureOf(stage, echoing({ status, secrets }))
    }
  })
}

/** That searches of the web and of the map keep to their contracts. */
export function checkSearch({ plugin, stand, report }: CheckOptions): void {
  const { webSearch, mapsSearch } = plugin
  const secrets = secretFieldsOf(plugin).flatMap((field) => stand.credentials[field] ?? [])
  if (webSearch) {
    const search = stand.webSearch
    if (!search) throw new Error(`${plugin.id} searches the web, and its stand cannot play that`)
    report.section('web-search', (prove) =>
      checkAnySearch({
        prove,
        search,
        secrets,
        ask: (context) =>
          webSearch.search(context, { query: 'bakery in Graz', limit: 3, country: 'at', language: 'de' }),
        count: ({ results }) => results.length,
        expectWellFormed({ results, warnings }) {
          expect(results.length).toBeLessThanOrEqual(3)
          for (const { title, url } of results) {
            expect(title).not.toBe('')
            expect(['http:', 'https:']).toContain(new URL(url).protocol)
          }
          for (const warning of warnings) expect(warning).toMatch(/^\S.{10,}/)
        },
      }),
    )
  }
  if (mapsSearch) {
    const search = stand.mapsSearch
    if (!search) throw new Error(`${plugin.id} searches the map, and its stand cannot play that`)
    report.section('maps-search', (prove) =>
      checkAnySearch({
        prove,
        search,
        secrets,
        ask: (context) =>
          mapsSearch.search(context, { query: 'bakery', near: { latitude: 47.07, longitude: 15.44 }, language: 'de' }),
        count: ({ places }) => places.length,
        expectWellFormed({ places }) {
          expect(new Set(places.map(({ id }) => id)).size).toBe(places.length)
          for (const { id, name } of places) expect([id, name]).not.toContain('')
        },
      }),
    )
  }
}
