import { randomUUID } from 'node:crypto'
import request from 'supertest'
import { providers as installed } from '../../../plugins/index.ts'
import { TENANTS, USERS } from '../../collections/slugs.ts'
import { compositionOf } from '../../composition.ts'
import type { Environment } from '../../env/index.ts'
import { createLogger } from '../../log/create-logger.ts'
import type { ProviderManifest } from '../../provider-kit/index.ts'
import { bootTestServer } from '../../testing/boot.ts'
import type { TestServer } from '../../testing/boot.ts'
import { addPerson, addPlatformAdmin, addStranger, signUp } from '../../testing/people.ts'
import type { TestPerson } from '../../testing/people.ts'
import { createCanary, createCanarySearch } from './canaries.ts'
import type { Carelessness } from './hostile-manifests.ts'
import { createHostileManifest } from './hostile-manifests.ts'
import { startHostileProvider } from './hostile-provider.ts'
import type { HostileProvider } from './hostile-provider.ts'

export type Headers = Record<string, string>
export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete' | 'head' | 'options'

/** One tenant with its owner and the canary keys that it stored, by provider. */
export type Side = { owner: TestPerson; tenant: TestPerson['tenant']; keys: Readonly<Record<string, string>> }

/** Everybody who could come for the keys of A; `owner of A` is the one who may. */
export const ROLES = [
  'owner of A',
  'editor of A',
  'viewer of A',
  'owner of B',
  'machine of B',
  'member of both',
  'platform admin',
  'stranger',
  'anonymous',
] as const
export type Role = (typeof ROLES)[number]

export const HOSTILE_IDS = ['hostilestt', 'hostilellm', 'hostiletts', 'hostilephone', 'hostilequery'] as const

const shipped = installed.filter(({ isOffByDefault }) => isOffByDefault !== true)
/** Every provider that the product offers as it comes. */
export const SHIPPED_IDS: readonly string[] = shipped.map(({ id }) => id)
/** Those of them that are asked whether a key is good; the others get no key, so that they can give none back. */
export const ASKED_IDS: readonly string[] = shipped
  .filter(({ checksFormOnly }) => checksFormOnly !== true)
  .map(({ id }) => id)
/** One of each kind: what tenants have where a test is about something else than who the provider is. */
const USUAL_IDS = ['deepgram', 'openai', 'elevenlabs', 'telnyx'] as const

export type AttackRig = {
  server: TestServer
  hostile: HostileProvider
  /** Another origin, to which the hostile provider sends people on. */
  elsewhere: HostileProvider
  a: Side
  b: Side
  people: Readonly<Record<Role, Headers>>
  /** How the code of the hostile plugins fails from now on. */
  careless: { how?: Carelessness }
  /** What the product logged at trace level since it started, one JSON line each. */
  logLines: readonly string[]
  /** Lets `scan` look for one more secret. */
  addCanary(name: string, secret: string): void
  /** Names the canaries that a text or bytes hold, in whatever writing. */
  scan(haystack: string | Buffer): string[]
  /** As `scan`, of what was logged since it was last asked. */
  scanLog(): string[]
  /** Signs up one more owner and stores canaries of the given providers. */
  addSide(providers: readonly string[]): Promise<Side>
  send(options: SendOptions): request.Test
  close(): Promise<void>
}

export type SendOptions = { as?: Headers; method?: Method; path: string; body?: unknown; tenant?: string | number }

type BootOptions = {
  /** Whose keys A and B store. */
  a?: readonly string[]
  b?: readonly string[]
  environment?: Partial<Environment>
  extraProviders?: ProviderManifest[]
}

const createManifests = (careless: AttackRig['careless']): ProviderManifest[] => {
  const carelessness = () => careless.how
  return [
    createHostileManifest({ id: 'hostilestt', capabilities: ['stt'], carelessness }),
    createHostileManifest({ id: 'hostilellm', capabilities: ['llm'], carelessness }),
    createHostileManifest({ id: 'hostiletts', capabilities: ['tts', 'voice-cloning'], carelessness }),
    createHostileManifest({ id: 'hostilephone', capabilities: ['telephony'], carelessness }),
    createHostileManifest({ id: 'hostilequery', capabilities: ['maps-search'], place: 'query', carelessness }),
  ]
}

/** What is given with a key, or in the place of `apiKey`, where a provider wants more than a key. */
const CREDENTIALS: Readonly<Record<string, (secret: string) => Record<string, string>>> = {
  telnyx: (apiKey) => ({ apiKey, publicKey: 'A'.repeat(43).concat('='), connectionId: '1293384261075731499' }),
  twilio: (authToken) => ({ accountSid: TWILIO_ACCOUNT_SID, authToken }),
  openaicompatible: (apiKey) => ({ apiKey, baseUrl: 'http://gpu.example:8000/v1' }),
}
const TWILIO_ACCOUNT_SID = `AC${'5a'.repeat(16)}`

/** A body that gives a provider's credentials with this secret. */
export const bodyFor = (provider: string, secret: string): Record<string, unknown> => {
  const credentials = CREDENTIALS[provider]?.(secret)
  return credentials ? { credentials } : { apiKey: secret }
}

/** Boots the product with two tenants full of canaries, every role, and a provider that is hostile behind all plugins. */
export async function bootAttackRig({
  a: ofA = [...HOSTILE_IDS, ...USUAL_IDS],
  b: ofB = ['hostilellm', 'openai'],
  environment = {},
  extraProviders = [],
}: BootOptions = {}): Promise<AttackRig> {
  const [hostile, elsewhere] = await Promise.all([startHostileProvider(), startHostileProvider()])
  const careless: AttackRig['careless'] = {}
  const baseUrls = Object.fromEntries(
    [...HOSTILE_IDS, ...SHIPPED_IDS, ...extraProviders.map(({ id }) => id)].map((id) => [id, hostile.url]),
  )
  const server = await bootTestServer(
    { ...environment, baseUrls: { ...baseUrls, ...environment.baseUrls } },
    { extraProviders: [...createManifests(careless), ...extraProviders] },
  )
  const logLines: string[] = []
  server.payload.logger = createLogger({
    level: 'trace',
    destination: { write: (line) => void logLines.push(line) },
    secrets: compositionOf(server.payload).secretsInUse,
  })

  const { add: addCanary, scan } = createCanarySearch()
  let scanned = 0
  const send = ({ as = {}, method = 'get', path, body, tenant }: SendOptions) => {
    const asked = request(server.url)[method](`/api${path}`).set(as)
    if (tenant !== undefined) asked.set('X-Tenant', String(tenant))
    return body === undefined ? asked : asked.send(body as object)
  }
  const addSide = async (providers: readonly string[], name: string): Promise<Side> => {
    const owner = await signUp(server, name)
    const keys: Record<string, string> = {}
    for (const provider of providers) {
      const key = createCanary(provider)
      keys[provider] = key
      addCanary(`${name} ${owner.tenant.slug} ${provider}`, key)
      const body = { provider, ...bodyFor(provider, key) }
      await send({ as: owner.headers, method: 'post', path: '/user-api-keys/store', body }).expect(201)
    }
    return { owner, tenant: owner.tenant, keys }
  }
  const a = await addSide(ofA, 'Ada')
  const b = await addSide(ofB, 'Ben')
  const people = await createPeople({ server, a, b })

  return {
    server,
    hostile,
    elsewhere,
    a,
    b,
    people,
    careless,
    logLines,
    addCanary,
    scan,
    scanLog() {
      const lines = logLines.slice(scanned)
      scanned = logLines.length
      return scan(lines.join('\n'))
    },
    addSide: (providers) => addSide(providers, 'Cy'),
    send,
    async close() {
      await server.close()
      await Promise.all([hostile.close(), elsewhere.close()])
    },
  }
}

type CreatePeopleOptions = Record<'a' | 'b', { owner: Pick<TestPerson, 'headers'>; tenant: TestPerson['tenant'] }> & {
  server: TestServer
}

/** Everybody who could come for what belongs to A. */
export async function createPeople({ server, a, b }: CreatePeopleOptions): Promise<Record<Role, Headers>> {
  const { payload } = server
  const both = await addPerson(server, { tenant: b.tenant, role: 'owner' })
  const machine = await addPerson(server, { tenant: b.tenant, role: 'owner' })
  const apiKey = `${randomUUID()}-${randomUUID()}`
  const change = { collection: USERS, overrideAccess: true } as const
  await payload.update({ ...change, id: machine.id, data: { enableAPIKey: true, apiKey } })
  const memberships = [
    { tenant: b.tenant.id, role: 'owner' },
    { tenant: a.tenant.id, role: 'viewer' },
  ]
  await payload.update({ ...change, id: both.id, data: { memberships } })
  return {
    'owner of A': a.owner.headers,
    'editor of A': (await addPerson(server, { tenant: a.tenant, role: 'editor' })).headers,
    'viewer of A': (await addPerson(server, { tenant: a.tenant, role: 'viewer' })).headers,
    'owner of B': b.owner.headers,
    'machine of B': { Authorization: `${USERS} API-Key ${apiKey}` },
    'member of both': both.headers,
    'platform admin': (await addPlatformAdmin(server)).headers,
    stranger: (await addStranger(server)).headers,
    anonymous: {},
  }
}

/** Ends a workspace as a platform admin does. */
export const deleteTenant = ({ server }: Pick<AttackRig, 'server'>, { tenant }: Side) =>
  server.payload.delete({ collection: TENANTS, id: tenant.id, overrideAccess: true })
