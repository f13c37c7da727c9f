import { describe, expect, it } from '@jest/globals'
import acme from '../../../docs/provider-template/index.ts'
import { createAcmeSimulator } from '../../../docs/provider-template/testing/create-acme-simulator.ts'
import { ProviderError } from '../../provider-kit/index.ts'
import type { KeyVerdict, ProviderManifest, SttEvent } from '../../provider-kit/index.ts'
import { checkKeys } from './check-keys.ts'
import { checkManifest } from './check-manifest.ts'
import { checkStt } from './check-stt.ts'
import type { Report } from './create-report.ts'
import { NOTHING_FOUND, runOnStage } from './stage.ts'
import type { Stage } from './stage.ts'
import type { ConformanceStand } from './stand.ts'

const KEY = 'acme_0123456789abcdef0123456789'
const simulate = () => createAcmeSimulator({ key: KEY })
const stand: ConformanceStand = {
  credentials: { apiKey: KEY },
  keys: [
    { name: 'good', status: 'valid', start: simulate },
    { name: 'bad', status: 'rejected', start: () => createAcmeSimulator({ key: 'another' }) },
  ],
  stt: {
    start: simulate,
    faults: { 'bad-key': { start: () => createAcmeSimulator({ key: 'another' }), kind: 'rejected' } },
  },
}

/** The checks of a plugin by name, not yet run. */
function collectChecks(plugin: ProviderManifest): Map<string, (stage: Stage) => Promise<void>> {
  const checks = new Map<string, (stage: Stage) => Promise<void>>()
  const report: Report = {
    section: (_section, body) => body((check, run) => void (run && checks.set(check, run))),
  }
  for (const register of [checkManifest, checkKeys, checkStt]) register({ plugin, stand, report })
  return checks
}

/** Whether a plugin passes one check. */
async function passes(plugin: ProviderManifest, check: string): Promise<boolean> {
  const [, run] = [...collectChecks(plugin)].find(([name]) => name.startsWith(check)) ?? []
  if (!run) throw new Error(`There is no check that starts with ${check}`)
  try {
    expect(await runOnStage({ plugin, stand, longestMs: 1200 }, run)).toEqual(NOTHING_FOUND)
    return true
  } catch {
    return false
  }
}

const template = acme as ProviderManifest
const stt = template.stt as NonNullable<ProviderManifest['stt']>

/** The template with something done to each event before its caller hears of it. */
const changingEvents = (change: (event: SttEvent) => SttEvent[]): Partial<ProviderManifest> => ({
  stt: {
    ...stt,
    open: (context, options, onEvent) =>
      stt.open(context, options, (event) => {
        for (const one of change(event)) onEvent(one)
      }),
  },
})
const changingVerdict = (change: (verdict: KeyVerdict) => KeyVerdict): Partial<ProviderManifest> => ({
  checkKey: async (context) => change(await template.checkKey(context)),
})

const HEARS = 'hears mulaw'
const MUTANTS: [string, Partial<ProviderManifest>, string][] = [
  ['closes twice', changingEvents((event) => (event.type === 'closed' ? [event, event] : [event])), HEARS],
  ['is open before it says so', changingEvents((event) => (event.type === 'open' ? [] : [event])), 'delivers nothing'],
  [
    'ends turns without words',
    changingEvents((event) => (event.type === 'end-of-turn' ? [{ ...event, text: ' ' }, event] : [event])),
    HEARS,
  ],
  [
    'repeats the key in an error',
    changingEvents((event) =>
      event.type === 'error'
        ? [
            {
              type: 'error',
              error: new ProviderError({ provider: 'acme', kind: 'rejected', message: `Refused ${KEY}.` }),
            },
          ]
        : [event],
    ),
    'says what went wrong: bad-key',
  ],
  [
    'calls every failure a bad key',
    changingEvents((event) =>
      event.type === 'error'
        ? [
            {
              type: 'error',
              error: new ProviderError({ provider: 'acme', kind: 'rejected', message: 'Acme refused.' }),
            },
          ]
        : [event],
    ),
    'names a refusal by what it means',
  ],
  [
    'leaves a timer',
    {
      stt: {
        ...stt,
        open: (context, options, onEvent) => {
          const timer = setTimeout(() => {}, 4000)
          timer.hasRef()
          return stt.open(context, options, onEvent)
        },
      },
    },
    'delivers nothing',
  ],
  [
    'asks another address too',
    {
      checkKey: async (context) => {
        await fetch('https://telemetry.acme.example').catch(() => {})
        return template.checkKey(context)
      },
    },
    'valid: good',
  ],
  [
    'finds a key bad when the provider is busy',
    changingVerdict((verdict) => (verdict.status === 'unreachable' ? { ...verdict, status: 'rejected' } : verdict)),
    'a rate limit, a failing server',
  ],
  [
    'keeps the key in its metadata',
    changingVerdict((verdict) => ({ ...verdict, metadata: { token: Buffer.from(KEY).toString('base64') } })),
    'valid: good',
  ],
  [
    'ignores its deadline',
    { checkKey: (context) => template.checkKey({ ...context, signal: new AbortController().signal }) },
    'the deadline ends',
  ],
  ['has a default model that it does not offer', { stt: { ...stt, defaultModel: 'gone' } }, 'defaults are among'],
]

describe('the conformance kit', () => {
  it.each(MUTANTS)('notices a plugin that %s', async (_what, mutation, check) => {
    expect(await passes(template, check)).toBe(true)
    expect(await passes({ ...template, ...mutation }, check)).toBe(false)
  })
})
