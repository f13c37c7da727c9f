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
import type { MatrixCall, MatrixWorld } from '../testing/call-matrix/index.ts'

const PATIENCE_MS = 120_000

const candidates = listCandidates(createFullRegistry())
const combinations = coverCandidates(candidates)

/** Each provider in at least one call through each carrier; `npm run matrix` makes a call of every combination. */
describe('calls with every provider', () => {
  let world: MatrixWorld
  let server: TestServer
  let calls: MatrixCall[]

  beforeAll(async () => {
    world = await openMatrixWorld({ registry: createFullRegistry(), tenants: CARRIERS.length * combinations.length })
    server = await bootTestServer({ baseUrls: world.baseUrls, enabledProviders: OFF_BY_DEFAULT })
    const planned = CARRIERS.flatMap((carrier) => combinations.map((combination) => ({ carrier, combination })))
    calls = await Promise.all(
      planned.map(async ({ carrier, combination }, index) => {
        const providers = [...new Set(Object.values(combination))]
        const workspace = await world.setUp({ url: server.url, carrier, index, providers, choice: combination })
        const question = QUESTIONS[index % QUESTIONS.length] as (typeof QUESTIONS)[number]
        return makeMatrixCall({ carrier, workspace, combination, question })
      }),
    )
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

  it.each(ROLES)('should have each provider of %s on both carriers', (role) => {
    for (const carrier of CARRIERS) {
      const heard = calls.filter((call) => call.ok && call.carrier === carrier).map((call) => call[role])
      expect([...new Set(heard)].sort()).toEqual([...candidates[role]].sort())
    }
  })
})
