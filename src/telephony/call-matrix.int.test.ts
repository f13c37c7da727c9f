import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { bootTestServer } from '../testing/boot.ts'
import type { TestServer } from '../testing/boot.ts'
import {
  CARRIERS,
  coverCandidates,
  createFullRegistry,
  listCandidates,
  makeMatrixCall,
  OFF_BY_DEFAULT,
  openMatrixWorld,
  QUESTIONS,
  ROLES,
} from '../testing/call-matrix/index.ts'
import type { Combination, MatrixCall, MatrixWorld } from '../testing/call-matrix/index.ts'

const PATIENCE_MS = 120_000

const candidates = listCandidates(createFullRegistry())
const combinations = coverCandidates(candidates)
const [one, another] = combinations as [Combination, Combination]

/** Each provider in at least one call through each carrier; `npm run matrix` makes a call of every combination. */
describe('calls with every provider', () => {
  let world: MatrixWorld
  let server: TestServer
  let calls: MatrixCall[]
  let mistaken: MatrixCall

  beforeAll(async () => {
    const planned = [
      ...CARRIERS.flatMap((carrier) =>
        combinations.map((combination) => ({ carrier, choice: combination, combination })),
      ),
      // Its agent uses other providers than is believed.
      { carrier: CARRIERS[0], choice: one, combination: another },
    ]
    world = await openMatrixWorld({ registry: createFullRegistry(), tenants: planned.length })
    server = await bootTestServer({ baseUrls: world.baseUrls, enabledProviders: OFF_BY_DEFAULT })
    const slots = await Promise.all(
      planned.map(async ({ carrier, choice, combination }, index) => {
        const providers = [...new Set(Object.values(choice))]
        const workspace = await world.setUp({ url: server.url, carrier, index, providers, choice })
        const question = QUESTIONS[index % QUESTIONS.length] as (typeof QUESTIONS)[number]
        return { carrier, workspace, combination, question }
      }),
    )
    const first = await Promise.all(slots.map(makeMatrixCall))
    // A machine with much else to do cuts sounds: what fails then is tried once more without the others.
    calls = await Promise.all(
      slots.map((slot, index) => {
        const call = first[index] as MatrixCall
        const isMistaken = index === slots.length - 1
        return call.ok || isMistaken ? call : makeMatrixCall(slot)
      }),
    )
    mistaken = calls.pop() as MatrixCall
  }, PATIENCE_MS)
  afterAll(async () => {
    await server?.close()
    await world?.close()
  })

  it.each(CARRIERS)('should be conversations through %s, paid with the keys of their tenants', (carrier) => {
    const held = calls.filter((call) => call.carrier === carrier)
    expect(held).toHaveLength(combinations.length)
    expect(held.filter(({ ok }) => !ok)).toEqual([])
  })

  it('should not be believed to be with other providers than they are', () => {
    expect(mistaken.ok).toBe(false)
    const all = mistaken.problems.join(' ')
    for (const what of ['was meant', "The record's receipt", 'usage of stt', 'usage of llm', 'usage of tts']) {
      expect(all).toContain(what)
    }
  })

  it.each(ROLES)('should have each provider of %s on both carriers', (role) => {
    for (const carrier of CARRIERS) {
      const heard = calls.filter((call) => call.ok && call.carrier === carrier).map((call) => call[role])
      expect([...new Set(heard)].sort()).toEqual([...candidates[role]].sort())
    }
  })
})
