import { expect } from '@jest/globals'
import type { ListContext } from '../../provider-kit/index.ts'
import type { Prove } from './create-report.ts'
import { expectNamed } from './expect-fault.ts'
import { always, echoing, silent } from './hostile.ts'
import type { Stage } from './stage.ts'
import type { Start } from './stand.ts'

type Listed = { id: string; name: string }
type List = (context: ListContext) => Promise<readonly Listed[]>

const failureOf = async (stage: Stage, listing: Promise<unknown>): Promise<unknown> => {
  const failure: unknown = await listing.then(
    (listed) => {
      throw new Error(`It listed ${JSON.stringify(listed)}`)
    },
    (error: unknown) => error,
  )
  stage.hear(failure)
  return failure
}

/** That a list of what a key may use is a list, bounded, ends with its signal, and fails as everything else does. */
export function checkListing(options: {
  prove: Prove
  secrets(): readonly string[]
  list: List | undefined
  start: Start
  what: 'voices' | 'models'
  /** The list is the same for every key, and nobody is asked for it. */
  isFixed?: boolean
}): void {
  const { prove, secrets, list, start, what, isFixed } = options
  if (!list) return

  prove(`lists the ${what} of a key`, async (stage) => {
    const listed = await list(stage.listContext(await stage.start(start)))
    stage.hear(listed)
    expect(listed.length).toBeGreaterThan(0)
    expect(listed.length).toBeLessThanOrEqual(500)
    expect(new Set(listed.map(({ id }) => id)).size).toBe(listed.length)
    for (const { id, name } of listed) expect([id, name]).not.toContain('')
    if (isFixed) expect(stage.connectionCount()).toBe(0)
  })
  if (isFixed) return

  prove(`names what keeps the ${what} from being listed`, async (stage) => {
    const { plugin } = stage
    const ask = async (begin: Start, signal?: AbortSignal) =>
      failureOf(stage, list(stage.listContext(await stage.start(begin), { signal })))
    expectNamed(await ask(always(429)), ['rate-limited'], plugin)
    expectNamed(await ask(always(503)), ['unreachable'], plugin)
    expectNamed(await ask(silent, AbortSignal.timeout(60)), ['timeout', 'unreachable'], plugin)
    const deaf = await stage.deaf()
    expectNamed(await ask(async () => deaf), ['unreachable'], plugin)
  })

  prove(`finds no way into the ${what} for a key that the provider repeats`, async (stage) => {
    for (const status of [400, 401, 403, 500]) {
      const running = await stage.start(echoing({ status, secrets: secrets() }))
      await failureOf(stage, list(stage.listContext(running)))
    }
  })
}
