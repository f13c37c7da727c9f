import type { Registry } from '../../registry/index.ts'
import { allowAddresses } from '../allow-addresses.ts'
import { CARRIER_KEYS, openCarrier } from '../carrier-stands.ts'
import type { CarrierId, CarrierStand } from '../carrier-stands.ts'
import { openProvider, PROVIDER_STANDS, RIG_PROVIDERS } from '../provider-stands.ts'
import type { ProviderAddresses, ProviderOptions, RigProvider } from '../provider-stands.ts'
import { setUpWorkspace } from '../set-up-workspace.ts'
import type { ProviderKeys, Workspace } from '../set-up-workspace.ts'
import type { Combination } from './combinations.ts'
import { listCandidates } from './combinations.ts'
import { createMatrixScript, GREETING } from './script.ts'

export const CARRIERS = ['telnyx', 'twilio'] as const satisfies readonly CarrierId[]

/** Everything outside of the product: both carriers and one simulator for each provider that a call can use. */
export type MatrixWorld = {
  /** For `baseUrls` of the environment. Providers whose address tenants name are not among them. */
  baseUrls: Record<string, string>
  /**
   * Signs one more tenant up, on a server of this process or another. Before the first one a platform admin is there and
   * allows the addresses that tenants name.
   */
  setUp<Id extends CarrierId>(options: SetUpOptions<Id>): Promise<Workspace<Id>>
  close(): Promise<void>
}

type SetUpOptions<Id extends CarrierId> = {
  url: string
  carrier: Id
  /** Which of the world's tenants, from 0. */
  index: number
  /** Whose keys it has. */
  providers: readonly string[]
  choice: Combination
}

/**
 * Opens the simulators of every provider that can hear, think or speak.
 * @param options.tenants how many there will be, each with keys of its own
 * @throws Error that names what to add for a provider without a simulator
 */
export async function openMatrixWorld({
  registry,
  tenants,
}: {
  registry: Registry
  tenants: number
}): Promise<MatrixWorld> {
  const candidates = listCandidates(registry)
  const ids = requireStands([...new Set(Object.values(candidates).flat())])
  const keys = Array.from({ length: tenants }, () => createKeys(ids))
  const keysOf = (id: RigProvider | CarrierId) => keys.map((tenant) => tenant[id] ?? '')
  const options = Object.fromEntries(candidates.llm.map((id) => [id, { script: createMatrixScript(id) }]))
  const [telnyx, twilio, ...opened] = await Promise.all([
    openCarrier('telnyx', keysOf('telnyx')),
    openCarrier('twilio', keysOf('twilio')),
    ...ids.map(async (id) => ({ id, simulator: await openProvider(id, keysOf(id), options as ProviderOptions) })),
  ])
  const carriers: { [Id in CarrierId]: CarrierStand<Id> } = { telnyx, twilio }
  const isNamedByTenants = (id: string) => registry.get(id).addressCredential !== undefined
  const running = [...opened.filter(({ id }) => !isNamedByTenants(id)), ...Object.values(carriers)]
  const addresses: ProviderAddresses = Object.fromEntries(
    opened.flatMap(({ id, simulator }) => (isNamedByTenants(id) ? [[id, simulator.baseUrl]] : [])),
  )
  let admin: Promise<void> | undefined

  return {
    baseUrls: Object.fromEntries(running.map(({ id, simulator }) => [id, simulator.origin])),
    async setUp({ url, carrier, index, providers, choice }) {
      admin ??= allowAddresses({ url }, Object.values(addresses))
      await admin
      return setUpWorkspace({
        server: { url },
        carrier: carriers[carrier],
        keys: keys[index] as ProviderKeys,
        providers: requireStands(providers),
        addresses,
        choice: choice as Record<keyof Combination, RigProvider>,
        agent: { greeting: GREETING },
        index,
      })
    },
    async close() {
      await Promise.all(Object.values(carriers).map(({ simulator }) => simulator.close()))
      await Promise.all(opened.map(({ simulator }) => simulator.close()))
    },
  }
}

/** The same ids, now known to have a simulator. */
const requireStands = (ids: readonly string[]): RigProvider[] =>
  ids.map((id) => {
    const known = RIG_PROVIDERS.find((candidate) => candidate === id)
    if (known) return known
    throw new Error(
      `No call can be tried with the provider ${id}: add its simulator and a key of its shape to PROVIDER_STANDS in src/testing/provider-stands.ts.`,
    )
  })

const createKeys = (ids: readonly RigProvider[]): ProviderKeys =>
  Object.fromEntries([
    ...ids.map((id) => [id, PROVIDER_STANDS[id].createKey()]),
    ...Object.entries(CARRIER_KEYS).map(([id, createKey]) => [id, createKey()]),
  ]) as ProviderKeys
