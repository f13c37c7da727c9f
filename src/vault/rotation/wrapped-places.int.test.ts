import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { bootKeyRig, callApi, signUpWithKeys } from '../../testing/key-rig.ts'
import type { KeyRig } from '../../testing/key-rig.ts'
import { compositionOf } from '../../composition.ts'
import { WRAPPED_PLACES } from './wrapped-places.ts'

let rig: KeyRig
beforeAll(async () => {
  rig = await bootKeyRig()
  const ada = await signUpWithKeys(rig, { localllm: 'loc-0123456789abcdef', localstt: 'loc-0123456789abcdefg' })
  const body = { apiKey: 'loc-another-0123456789' }
  await callApi(rig, { as: ada, method: 'put', path: '/user-api-keys/localllm', body }).expect(200)
  await callApi(rig, { as: ada, method: 'post', path: '/alert-settings/secret', body: {} })
})
afterAll(() => rig?.close())

/** Every text in a value, with the names that lead to it. */
function textsIn(value: unknown, path: string): [path: string, text: string][] {
  if (typeof value === 'string') return [[path, value]]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, inner]) => textsIn(inner, path ? `${path}.${name}` : name))
}

describe('the table of what a rotation replaces', () => {
  it('should name every place of the database where something lies under the key-encryption key', async () => {
    const { payload } = rig.server
    const { currentId } = compositionOf(payload).vault.keyRing
    const found = new Set<string>()
    for (const collection of payload.config.collections.map(({ slug }) => slug)) {
      const { docs } = await payload.db.find({ collection, limit: 0, pagination: false })
      for (const [path, text] of docs.flatMap((doc) => textsIn(doc, ''))) {
        if (text.includes(`.${currentId}.`)) found.add(`${collection}.${path}`)
      }
    }
    expect([...found].sort()).toEqual(WRAPPED_PLACES.map(({ collection }) => `${collection}.wrapped`).sort())
  })

  it('should be complete by what is said of every text of the vault, and of what is called sealed anywhere', () => {
    const texts = rig.server.payload.config.collections.flatMap(({ slug, flattenedFields }) =>
      flattenedFields
        .filter(({ type }) => ['text', 'textarea', 'code', 'json'].includes(type))
        .filter(({ name }) => slug.startsWith('vault-') || /wrap|seal|envelope|cipher|crypt/i.test(name))
        .map(({ name }) => `${slug}.${name}`),
    )
    const wraps = WRAPPED_PLACES.map(({ collection }) => `${collection}.wrapped`)
    expect(texts.sort()).toEqual([...wraps, ...UNDER_DATA_KEYS, ...IN_THE_CLEAR].sort())
  })
})

/**
 * Whoever adds a text to the vault says here what it is. What the key-encryption key seals belongs into the table; these
 * lie under data keys, which stay the same.
 */
const UNDER_DATA_KEYS = ['vault-secrets.envelope', 'audit-heads.seal', 'audit-log.seal']
/** Names, states and ids. */
const IN_THE_CLEAR = [
  'vault-canary.name',
  ...['keyId', 'tenant'].map((name) => `vault-data-keys.${name}`),
  ...['currentKeyId', 'keyIds', 'nodeId'].map((name) => `vault-nodes.${name}`),
  ...['counts', 'keyId', 'state'].map((name) => `vault-rotations.${name}`),
  ...['credential', 'provider', 'tenant'].map((name) => `vault-secrets.${name}`),
]
