import { expect } from '@jest/globals'
import type { KeyVerdict, ProviderManifest } from '../../provider-kit/index.ts'
import { createRegistry } from '../../registry/index.ts'
import type { CheckOptions } from './check-manifest.ts'
import { secretFieldsOf } from './find-secret.ts'
import { startAnswerServer } from './answer-server.ts'
import { always, echoing, redirecting, SILENT_STATUSES, silent } from './hostile.ts'
import type { Credentials, Stage } from './stage.ts'
import type { Running } from './stand.ts'
import { findWithoutKey } from './without-key.ts'

/** How long after its deadline a check may still answer, in ms, on a busy machine. */
const GRACE_MS = 1500
const SENTENCE = /^[A-Z0-9][^\n]{18,398}[.!?]$/

const judge = async (
  stage: Stage,
  running: Running,
  options: { credentials?: Credentials; signal?: AbortSignal } = {},
): Promise<KeyVerdict> => {
  const verdict = await stage.plugin.checkKey(stage.listContext(running, options))
  stage.hear(verdict)
  expectWellFormed(stage.plugin, verdict)
  return verdict
}

/** What holds of every verdict, whatever it is. */
function expectWellFormed(plugin: ProviderManifest, verdict: KeyVerdict): void {
  const { status, capabilities, message, metadata, fixUrl, retryAfterMs } = verdict
  const known = createRegistry({ providers: [plugin] }).capabilitiesOf(plugin.id)
  expect(known).toEqual(expect.arrayContaining(Object.keys(capabilities)))
  // A provider may write its own name with a small letter.
  expect(message.startsWith(plugin.name) ? `X${message}` : message).toMatch(SENTENCE)
  for (const [name, value] of Object.entries(metadata)) {
    const isScalar = value === null || ['string', 'number', 'boolean'].includes(typeof value)
    expect([name, isScalar, typeof value === 'number' ? Number.isFinite(value) : true]).toEqual([name, true, true])
    if (typeof value === 'string') expect(value.length).toBeLessThanOrEqual(500)
  }
  if (fixUrl !== undefined) expect(new URL(fixUrl).protocol).toBe('https:')
  if (retryAfterMs !== undefined) expect([status, retryAfterMs > 0]).toEqual(['unreachable', true])
  if (status === 'valid') expect(Object.keys(capabilities).sort()).toEqual([...known].sort())
  if (status === 'rejected') expect(Object.values(capabilities)).not.toContain(true)
  // Silence says nothing about what a key can do.
  if (status === 'unreachable' || status === 'unverified') expect(Object.values(capabilities)).not.toContain(false)
}

/** That a key is judged by what the provider says of it, and by nothing else. */
export function checkKeys({ plugin, stand, report }: CheckOptions): void {
  const secretsOf = () => secretFieldsOf(plugin).flatMap((field) => stand.credentials[field] ?? [])
  const withoutKey = findWithoutKey(plugin, stand)

  report.section('key', (prove) => {
    for (const state of stand.keys) {
      prove(`${state.status}: ${state.name}`, async (stage) => {
        const running = await stage.start(state.start)
        const verdict = await judge(stage, running, { credentials: state.credentials })
        expect([verdict.status, verdict.message]).toEqual([state.status, expect.any(String)])
        if (state.capabilities) expect(verdict.capabilities).toEqual(state.capabilities)
        if (state.message) expect(verdict.message).toMatch(state.message)
        if (state.metadata) expect(verdict.metadata).toMatchObject(state.metadata)
        if (plugin.checksFormOnly) expect(stage.connectionCount()).toBe(0)
      })
    }

    if (withoutKey) {
      prove('a provider that wants no key is asked without one', async (stage) => {
        const { credentials, start } = withoutKey
        expect((await judge(stage, await stage.start(start), { credentials })).status).toBe('valid')
      })
    }

    prove('there is a recorded state for a good key and for a bad one', async () => {
      expect(stand.keys.map(({ status }) => status)).toEqual(
        expect.arrayContaining([plugin.checksFormOnly ? 'unverified' : 'valid', 'rejected']),
      )
    })

    if (plugin.balance) {
      const { field, unitField } = plugin.balance
      prove('a good key tells what is left, where the manifest says so', async (stage) => {
        const told: unknown[] = []
        for (const state of stand.keys.filter(({ status }) => status === 'valid')) {
          const { metadata } = await judge(stage, await stage.start(state.start), { credentials: state.credentials })
          if (unitField === undefined || typeof metadata[unitField] === 'string') told.push(metadata[field])
        }
        expect(told.some((value) => value !== null && value !== '' && Number.isFinite(Number(value)))).toBe(true)
      })
    }

    if (plugin.checksFormOnly) return

    prove('a rate limit, a failing server and silence judge no key', async (stage) => {
      for (const status of SILENT_STATUSES) {
        const verdict = await judge(stage, await stage.start(always(status)))
        expect([status, verdict.status]).toEqual([status, 'unreachable'])
      }
      expect((await judge(stage, await stage.deaf())).status).toBe('unreachable')
    })

    prove('the deadline ends a check that gets no answer', async (stage) => {
      const running = await stage.start(silent)
      const startedAt = performance.now()
      const verdict = await judge(stage, running, { signal: AbortSignal.timeout(60) })
      expect(performance.now() - startedAt).toBeLessThan(GRACE_MS)
      expect(verdict.status).toBe('unreachable')
      expect((await judge(stage, running, { signal: AbortSignal.abort() })).status).toBe('unreachable')
    })

    prove('an answer that is not the API’s judges no key', async (stage) => {
      for (const body of ['<html></html>', [], null, 7, {}, 'x'.repeat(3_000_000)]) {
        const verdict = await judge(stage, await stage.start(always(200, body)))
        expect(['rejected', 'out-of-credit']).not.toContain(verdict.status)
      }
    })

    prove('a redirect is not followed: it would carry the key away', async (stage) => {
      const elsewhere = await stage.start(() => startAnswerServer({ answer: () => ({ status: 200, body: {} }) }))
      const verdict = await judge(stage, await stage.start(redirecting(elsewhere)))
      expect(['valid', 'rejected']).not.toContain(verdict.status)
      expect(elsewhere.asked).toEqual([])
    })

    prove('a provider that repeats the key finds no way into the verdict', async (stage) => {
      for (const status of [200, 400, 401, 402, 403, 404, 422, 429, 500]) {
        await judge(stage, await stage.start(echoing({ status, secrets: secretsOf() })))
      }
    })
  })
}
