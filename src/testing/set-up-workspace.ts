import request from 'supertest'
import type { TestServer } from './boot.ts'
import type { CarrierId, Carriers, CarrierStand } from './carrier-stands.ts'
import { credentialsOf } from './provider-stands.ts'
import type { ProviderAddresses, RigProvider } from './provider-stands.ts'
import { waitUntil } from './wait-until.ts'

/** The keys of a tenant by provider. */
export type ProviderKeys = Record<'deepgram' | 'openai' | 'elevenlabs' | 'telnyx', string> &
  Partial<Record<RigProvider | CarrierId, string>>

/** Which providers an agent uses. */
export type Choice = { stt: RigProvider; llm: RigProvider; tts: RigProvider }

/** One tenant as an integrator sets it up: signed up, keys saved, an agent published, a number attached. */
export type Workspace<Id extends CarrierId = 'telnyx'> = {
  token: string
  tenantId: string
  /** Those that it saved. */
  keys: ProviderKeys
  carrier: Carriers[Id]['account']
  agentId: string
  number: string
  /** A request as this tenant's owner. */
  as(method: 'get' | 'post' | 'put' | 'patch' | 'delete', path: string): request.Test
  /** Publishes the agent with other providers, whose keys are there. */
  choose(choice: Partial<Choice>): Promise<void>
  /** Somebody calls this tenant's number. */
  call(options?: Partial<Carriers[Id]['place']>): Carriers[Id]['call']
  /** The agent calls somebody. */
  dial(body?: Record<string, unknown>): request.Test
  /** The records of its calls, newest first. */
  callRecords(): Promise<CallDocument[]>
  /** The record of a call, or of its newest, once it is closed. */
  closedCall(call?: { callControlId: string }): Promise<CallDocument>
  /** The carrier's commands for this tenant, in order; a command that was only sent again is left out. */
  commands(): readonly Carriers[Id]['command'][]
}

export type CallDocument = {
  id: number | string
  status: string
  endedReason?: string
  endedDetail?: string
  transcript?: {
    speaker: 'caller' | 'agent'
    text: string
    heard?: string
    interrupted?: boolean
    startMs: number
    endMs: number
  }[]
  turns?: { engineMs: number; firstFrameSentMs?: number; speechEndMs: number }[]
  receipt?: { capability: string; provider: string; credentialId: string; version: number; requestIds: string[] }[]
  usage?: Record<string, Record<string, unknown>>
  recording?: unknown
  durationSeconds?: number
  [field: string]: unknown
}

export type AgentFields = Record<string, unknown>

export type SetUpOptions<Id extends CarrierId> = {
  server: Pick<TestServer, 'url'>
  carrier: CarrierStand<Id>
  keys: ProviderKeys
  /** Whose keys are saved. */
  providers: readonly RigProvider[]
  /** What is saved with the keys of providers whose address a tenant names; a platform admin has to allow them before. */
  addresses?: ProviderAddresses
  choice: Choice
  agent?: AgentFields
  index: number
}

/** The person whom an agent calls. */
export const PERSON = '+13125550142'
const CALLER = '+13125550100'

/** What is not set is null on SQLite and absent on MongoDB; suites read one form. */
const UNSET = { agent: null, phoneNumber: null, transcript: null, recording: null, error: null, endedDetail: null }

const PROMPT = 'You answer the phone of **{{tenant_name}}**.\n\n- Be brief.\n- Be kind.'
const GREETING = 'Hello, how can I help you?'
const RECORD_DEADLINE_MS = 20_000

/** Sets a tenant up over REST, on a server of this process or another. */
export async function setUpWorkspace<Id extends CarrierId>({
  server,
  carrier,
  keys,
  providers,
  addresses = {},
  choice,
  agent = {},
  index,
}: SetUpOptions<Id>): Promise<Workspace<Id>> {
  const signup = await request(server.url)
    .post('/api/auth/signup')
    .send({ email: `owner-${index}@example.com`, password: 'a long enough passphrase', name: `Owner ${index}` })
    .expect(201)
  const token: string = signup.body.token
  const tenantId = String(signup.body.tenant.id)
  const carrierKey = keys[carrier.id] ?? ''
  const account = carrier.account(carrierKey)
  const number = `+1415555${String(1000 + index)}`
  account.webhookUrl = `${server.url}/webhooks/${carrier.id}/${tenantId}`
  account.numbers = [...account.numbers, number]

  const as: Workspace['as'] = (method, path) => request(server.url)[method](path).set('Authorization', `JWT ${token}`)
  const store = (provider: string, body: Record<string, unknown>) =>
    as('post', '/api/user-api-keys/store')
      .send({ provider, ...body })
      .expect(201)
  for (const provider of providers) {
    await store(provider, { credentials: credentialsOf(provider, keys[provider] ?? '', addresses[provider]) })
  }
  await store(carrier.id, { credentials: carrier.credentials(carrierKey) })

  const created = await as('post', '/api/agents').send({
    name: `Agent ${index}`,
    kind: 'voice',
    promptMarkdown: PROMPT,
    greeting: GREETING,
    ...toFields(choice),
    _status: 'published',
    ...agent,
  })
  if (created.status !== 201) throw new Error(`The agent was refused: ${JSON.stringify(created.body)}`)
  const agentId = String(created.body.doc.id)
  await as('post', '/api/phone-numbers').send({ number, provider: carrier.id, agent: created.body.doc.id }).expect(201)

  const callRecords = async (query = ''): Promise<CallDocument[]> => {
    const { body } = await as('get', `/api/calls?depth=0&limit=100&sort=-startedAt${query}`).expect(200)
    return body.docs.map((record: CallDocument) => ({ ...UNSET, ...record }))
  }
  return {
    token,
    tenantId,
    keys: Object.fromEntries([...providers, carrier.id].map((id) => [id, keys[id]])) as ProviderKeys,
    carrier: account,
    agentId,
    number,
    as,
    async choose(changed) {
      const answer = await as('patch', `/api/agents/${agentId}`).send({ ...toFields(changed), _status: 'published' })
      if (answer.status !== 200) throw new Error(`The providers were refused: ${JSON.stringify(answer.body)}`)
    },
    call: (options = {}) =>
      carrier.placeCall({ account, from: CALLER, to: number, ...options } as Carriers[Id]['place']),
    dial: (body = {}) => as('post', '/api/calls/outbound').send({ agent: agentId, to: PERSON, ...body }),
    callRecords: () => callRecords(),
    closedCall: (call) => {
      const query = call ? `&where[carrierCallId][equals]=${encodeURIComponent(call.callControlId)}` : ''
      const find = async () => {
        const [newest] = await callRecords(query)
        return newest?.endedReason ? newest : undefined
      }
      return waitUntil(find, `the closed record of a call of tenant ${tenantId}`, RECORD_DEADLINE_MS)
    },
    commands: () => carrier.commands().filter(({ apiKey, isDuplicate }) => apiKey === carrierKey && !isDuplicate),
  }
}

const toFields = (choice: Partial<Choice>): AgentFields =>
  Object.fromEntries(Object.entries(choice).map(([capability, provider]) => [capability, { provider }]))
