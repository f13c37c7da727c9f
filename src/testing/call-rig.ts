import { compositionOf } from '../composition.ts'
import type { Environment } from '../env/index.ts'
import { createLogger } from '../log/create-logger.ts'
import type { TelephonyDeadlines } from '../telephony/index.ts'
import type { TelnyxSimulator } from '../../simulators/telnyx/index.ts'
import { bootTestServer } from './boot.ts'
import type { TestExtensions, TestServer } from './boot.ts'
import { CARRIER_KEYS, openCarrier, standAtTelnyx } from './carrier-stands.ts'
import type { CarrierId, Carriers } from './carrier-stands.ts'
import { openProvider, PROVIDER_STANDS, RIG_PROVIDERS } from './provider-stands.ts'
import type { ProviderOptions, ProviderSimulators, RigProvider } from './provider-stands.ts'
import { setUpWorkspace } from './set-up-workspace.ts'
import type { AgentFields, Choice, ProviderKeys, SetUpOptions, Workspace } from './set-up-workspace.ts'

export { PERSON } from './set-up-workspace.ts'
export type { CallDocument, Choice, ProviderKeys, Workspace } from './set-up-workspace.ts'
export type { CarrierId, Carriers } from './carrier-stands.ts'
export type { RigProvider } from './provider-stands.ts'

/** The product between a simulated carrier and simulated providers. One that was not asked for throws when it is read. */
export type CallRig<Id extends CarrierId = 'telnyx'> = ProviderSimulators & {
  server: TestServer
  carrier: Carriers[Id]['simulator']
  /** The carrier, where it is Telnyx. */
  telnyx: TelnyxSimulator
  workspaces: Workspace<Id>[]
  /** What the product logged since the workspaces were made, one JSON line each. */
  logLines: readonly string[]
  close(): Promise<void>
}

export type CallRigOptions<Id extends CarrierId> = {
  /** Default telnyx. */
  carrier?: Id
  /** Which providers the agents use. Default deepgram, openai, elevenlabs. */
  choice?: Partial<Choice>
  /** Further providers that every tenant has a key of, so that `workspace.choose` may choose them. */
  providers?: readonly RigProvider[]
  /** How many tenants, each with keys of its own. */
  tenants?: number
  /** The tenants' keys, where a test must know them before. */
  keys?: ProviderKeys[]
  /** Fields of the agents beside the usual ones; a function gets the number of the tenant. */
  agent?: AgentFields | ((index: number) => AgentFields)
  environment?: Partial<Environment>
  deadlines?: Partial<TelephonyDeadlines>
  /** Providers or collections that only a test has. */
  extensions?: Pick<TestExtensions, 'extraProviders' | 'extraCollections'>
  /** How the simulators answer beyond their defaults. */
  simulators?: ProviderOptions
}

const USUAL: Choice = { stt: 'deepgram', llm: 'openai', tts: 'elevenlabs' }

/** Boots the product between a simulated carrier and simulated providers and sets tenants up over REST. */
export async function createCallRig<Id extends CarrierId = 'telnyx'>({
  carrier: carrierId = 'telnyx' as Id,
  choice = {},
  providers: further = [],
  tenants = 1,
  keys = Array.from({ length: tenants }, createKeys),
  agent = {},
  environment = {},
  deadlines = {},
  extensions = {},
  simulators = {},
}: CallRigOptions<Id> = {}): Promise<CallRig<Id>> {
  const chosen = { ...USUAL, ...choice }
  const providers = [...new Set([...Object.values(chosen), ...further])]
  const keysOf = (id: RigProvider | CarrierId) => keys.map((key) => key[id] ?? '')
  const [carrier, ...opened] = await Promise.all([
    openCarrier(carrierId, keysOf(carrierId)),
    ...providers.map(async (id) => ({ id, simulator: await openProvider(id, keysOf(id), simulators) })),
  ])
  const baseUrls = {
    ...environment.baseUrls,
    ...Object.fromEntries(opened.map(({ id, simulator }) => [id, simulator.origin])),
    [carrierId]: carrier.simulator.origin,
  }
  const server = await bootTestServer({ ...environment, baseUrls }, { ...extensions, deadlines })
  const logLines: string[] = []
  server.payload.logger = createLogger({
    level: 'trace',
    destination: { write: (line) => void logLines.push(line) },
    secrets: compositionOf(server.payload).secretsInUse,
  })
  const workspaces = await Promise.all(
    keys.map((key, index) => {
      const fields = typeof agent === 'function' ? agent(index) : agent
      return setUpWorkspace({ server, carrier, keys: key, providers, choice: chosen, agent: fields, index })
    }),
  )
  const byId = new Map<string, unknown>(opened.map(({ id, simulator }) => [id, simulator]))
  byId.set(carrierId, carrier.simulator)
  return Object.assign(simulatorsOf(byId), {
    server,
    carrier: carrier.simulator,
    workspaces,
    logLines,
    async close() {
      await carrier.simulator.close()
      await server.close()
      await Promise.all(opened.map(({ simulator }) => simulator.close()))
    },
  })
}

/** Each simulator under its id; one that is not there says so. */
const simulatorsOf = (byId: ReadonlyMap<string, unknown>) =>
  Object.defineProperties(
    {},
    Object.fromEntries([...RIG_PROVIDERS, 'telnyx', 'twilio'].map((id) => [id, { get: () => find(byId, id) }])),
  ) as ProviderSimulators & Pick<CallRig, 'telnyx'>

const find = (simulators: ReadonlyMap<string, unknown>, id: string): unknown => {
  const simulator = simulators.get(id)
  if (!simulator) throw new Error(`The rig was not asked for ${id}.`)
  return simulator
}

/** Keys of the shapes that the providers give out. */
export const createKeys = (): ProviderKeys =>
  Object.fromEntries([
    ...RIG_PROVIDERS.map((id) => [id, PROVIDER_STANDS[id].createKey()]),
    ...Object.entries(CARRIER_KEYS).map(([id, createKey]) => [id, createKey()]),
  ]) as ProviderKeys

type CreateWorkspaceOptions = Pick<SetUpOptions<'telnyx'>, 'server' | 'keys' | 'agent' | 'index'> & {
  telnyx: TelnyxSimulator
}

/** Sets the usual tenant up at Telnyx over REST, on a server of this process or another. */
export const createWorkspace = ({ telnyx, ...options }: CreateWorkspaceOptions): Promise<Workspace> =>
  setUpWorkspace({
    ...options,
    carrier: standAtTelnyx(telnyx),
    providers: Object.values(USUAL),
    choice: USUAL,
  })
