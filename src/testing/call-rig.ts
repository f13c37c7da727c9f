import { randomBytes } from 'node:crypto'
import request from 'supertest'
import { createDeepgramSimulator } from '../../simulators/deepgram/index.ts'
import { createElevenLabsSimulator } from '../../simulators/elevenlabs/index.ts'
import { createOpenAiSimulator } from '../../simulators/openai/index.ts'
import { createTelnyxSimulator } from '../../simulators/telnyx/index.ts'
import type { CallHandle, Command, PlaceCallOptions, TelnyxAccount } from '../../simulators/telnyx/index.ts'
import { compositionOf } from '../composition.ts'
import type { Environment } from '../env/index.ts'
import { createLogger } from '../log/create-logger.ts'
import type { TelephonyDeadlines } from '../telephony/index.ts'
import { bootTestServer } from './boot.ts'
import type { TestServer } from './boot.ts'
import { waitUntil } from './wait-until.ts'

export type ProviderKeys = { deepgram: string; openai: string; elevenlabs: string; telnyx: string }

/** One tenant as an integrator sets it up: signed up, keys saved, an agent published, a number attached. */
export type Workspace = {
  token: string
  tenantId: string
  keys: ProviderKeys
  carrier: TelnyxAccount
  agentId: string
  number: string
  /** A request as this tenant's owner. */
  as(method: 'get' | 'post' | 'put' | 'patch' | 'delete', path: string): request.Test
  /** Somebody calls this tenant's number. */
  call(options?: Partial<PlaceCallOptions>): CallHandle
  /** The records of its calls, newest first. */
  callRecords(): Promise<CallDocument[]>
  /** The record of a call, or of its newest, once it is closed. */
  closedCall(call?: CallHandle): Promise<CallDocument>
  /** The carrier's commands for this tenant, in order; a command that was only sent again is left out. */
  commands(): readonly Command[]
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

export type CallRig = {
  server: TestServer
  deepgram: Awaited<ReturnType<typeof createDeepgramSimulator>>
  openai: Awaited<ReturnType<typeof createOpenAiSimulator>>
  elevenlabs: Awaited<ReturnType<typeof createElevenLabsSimulator>>
  telnyx: Awaited<ReturnType<typeof createTelnyxSimulator>>
  workspaces: Workspace[]
  /** What the product logged since the workspaces were made, one JSON line each. */
  logLines: readonly string[]
  close(): Promise<void>
}

type AgentFields = Record<string, unknown>

type CallRigOptions = {
  /** How many tenants, each with keys of its own. */
  tenants?: number
  /** The tenants' keys, where a test must know them before. */
  keys?: ProviderKeys[]
  /** Fields of the agents beside the usual ones; a function gets the number of the tenant. */
  agent?: AgentFields | ((index: number) => AgentFields)
  environment?: Partial<Environment>
  deadlines?: Partial<TelephonyDeadlines>
  /** How the simulators answer beyond their defaults. */
  simulators?: {
    deepgram?: Partial<Parameters<typeof createDeepgramSimulator>[0]>
    openai?: Partial<Parameters<typeof createOpenAiSimulator>[0]>
    elevenlabs?: Partial<Parameters<typeof createElevenLabsSimulator>[0]>
  }
}

/** What is not set is null on SQLite and absent on MongoDB; suites read one form. */
const UNSET = { agent: null, phoneNumber: null, transcript: null, recording: null, error: null, endedDetail: null }

const PROMPT = 'You answer the phone of **{{tenant_name}}**.\n\n- Be brief.\n- Be kind.'
const GREETING = 'Hello, how can I help you?'
const RECORD_DEADLINE_MS = 20_000

/** Boots the product between a simulated carrier and simulated providers and sets tenants up over REST. */
export async function createCallRig({
  tenants = 1,
  keys = Array.from({ length: tenants }, createKeys),
  agent = {},
  environment = {},
  deadlines = {},
  simulators = {},
}: CallRigOptions = {}): Promise<CallRig> {
  const [deepgram, openai, elevenlabs, telnyx] = await Promise.all([
    createDeepgramSimulator({
      keys: Object.fromEntries(
        keys.map((key, index) => [key.deepgram, { projectName: `Project ${index + 1}`, state: 'valid' as const }]),
      ),
      ...simulators.deepgram,
    }),
    createOpenAiSimulator({ keys: Object.fromEntries(keys.map((key) => [key.openai, {}])), ...simulators.openai }),
    createElevenLabsSimulator({
      keys: Object.fromEntries(keys.map((key) => [key.elevenlabs, {}])),
      ...simulators.elevenlabs,
    }),
    createTelnyxSimulator({ accounts: keys.map((key) => ({ apiKey: key.telnyx })) }),
  ])
  const baseUrls = {
    ...environment.baseUrls,
    deepgram: deepgram.origin,
    openai: openai.origin,
    elevenlabs: elevenlabs.origin,
    telnyx: telnyx.origin,
  }
  const server = await bootTestServer({ ...environment, baseUrls }, { deadlines })
  const logLines: string[] = []
  server.payload.logger = createLogger({
    level: 'trace',
    destination: { write: (line) => void logLines.push(line) },
    secrets: compositionOf(server.payload).secretsInUse,
  })
  const workspaces = await Promise.all(
    keys.map((key, index) => {
      const fields = typeof agent === 'function' ? agent(index) : agent
      return createWorkspace({ server, telnyx, keys: key, agent: fields, index })
    }),
  )
  return {
    server,
    deepgram,
    openai,
    elevenlabs,
    telnyx,
    workspaces,
    logLines,
    async close() {
      await telnyx.close()
      await server.close()
      await Promise.all([deepgram.close(), openai.close(), elevenlabs.close()])
    },
  }
}

/** Keys of the shapes that the providers give out. */
export const createKeys = (): ProviderKeys => ({
  deepgram: randomBytes(20).toString('hex'),
  openai: `sk-proj-${randomBytes(40).toString('base64url')}`,
  elevenlabs: `sk_${randomBytes(24).toString('hex')}`,
  telnyx: `KEY${randomBytes(28).toString('hex').slice(0, 55)}`,
})

type CreateWorkspaceOptions = {
  server: Pick<TestServer, 'url'>
  telnyx: CallRig['telnyx']
  keys: ProviderKeys
  agent?: AgentFields
  index: number
}

/** Sets a tenant up over REST, on a server of this process or another. */
export async function createWorkspace({
  server,
  telnyx,
  keys,
  agent = {},
  index,
}: CreateWorkspaceOptions): Promise<Workspace> {
  const signup = await request(server.url)
    .post('/api/auth/signup')
    .send({ email: `owner-${index}@example.com`, password: 'a long enough passphrase', name: `Owner ${index}` })
    .expect(201)
  const token: string = signup.body.token
  const tenantId = String(signup.body.tenant.id)
  const carrier = telnyx.account(keys.telnyx)
  const number = `+1415555${String(1000 + index)}`
  carrier.webhookUrl = `${server.url}/webhooks/telnyx/${tenantId}`

  const as: Workspace['as'] = (method, path) => request(server.url)[method](path).set('Authorization', `JWT ${token}`)
  const store = (provider: string, body: Record<string, unknown>) =>
    as('post', '/api/user-api-keys/store')
      .send({ provider, ...body })
      .expect(201)
  await store('deepgram', { apiKey: keys.deepgram })
  await store('openai', { apiKey: keys.openai })
  await store('elevenlabs', { apiKey: keys.elevenlabs })
  await store('telnyx', {
    credentials: { apiKey: keys.telnyx, publicKey: carrier.publicKey, connectionId: carrier.connectionId },
  })

  const created = await as('post', '/api/agents').send({
    name: `Agent ${index}`,
    kind: 'voice',
    promptMarkdown: PROMPT,
    greeting: GREETING,
    stt: { provider: 'deepgram' },
    llm: { provider: 'openai' },
    tts: { provider: 'elevenlabs' },
    _status: 'published',
    ...agent,
  })
  if (created.status !== 201) throw new Error(`The agent was refused: ${JSON.stringify(created.body)}`)
  await as('post', '/api/phone-numbers').send({ number, provider: 'telnyx', agent: created.body.doc.id }).expect(201)

  const callRecords = async (query = ''): Promise<CallDocument[]> => {
    const { body } = await as('get', `/api/calls?depth=0&limit=100&sort=-startedAt${query}`).expect(200)
    return body.docs.map((record: CallDocument) => ({ ...UNSET, ...record }))
  }
  return {
    token,
    tenantId,
    keys,
    carrier,
    agentId: String(created.body.doc.id),
    number,
    as,
    call: (options = {}) => telnyx.placeCall({ account: carrier, from: '+13125550100', to: number, ...options }),
    callRecords: () => callRecords(),
    closedCall: (call) => {
      const query = call ? `&where[carrierCallId][equals]=${encodeURIComponent(call.callControlId)}` : ''
      const find = async () => {
        const [newest] = await callRecords(query)
        return newest?.endedReason ? newest : undefined
      }
      return waitUntil(find, `the closed record of a call of tenant ${tenantId}`, RECORD_DEADLINE_MS)
    },
    commands: () => telnyx.commands.filter(({ apiKey, isDuplicate }) => apiKey === keys.telnyx && !isDuplicate),
  }
}
