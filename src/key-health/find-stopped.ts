import type { Payload } from 'payload'
import { findImpact } from '../collections/ProviderKeys/find-impact.ts'
import { compositionOf } from '../composition.ts'
import { SERVICE_IDS, stateOfService } from '../services/index.ts'
import { listKeyRecords } from '../vault/index.ts'
import type { KeyRecord } from '../vault/index.ts'

/** Names of what does not work as long as a key is in its present state. */
export type Stopped = { services: string[]; agents: string[] }

/** What a key in trouble stops: services that would be ready if it were good, and agents that use its provider. */
export async function findStopped({ payload, record }: { payload: Payload; record: KeyRecord }): Promise<Stopped> {
  const { tenant, provider, credentialId } = record
  const { registry } = compositionOf(payload)
  const keys = await listKeyRecords({ payload, tenant })
  const isIt = (key: KeyRecord) => key.credentialId === credentialId
  const asIs = keys.map((key) => (isIt(key) ? record : key))
  const asGood = keys.map((key) => (isIt(key) ? { ...key, status: 'valid' as const } : key))
  const services = SERVICE_IDS.flatMap((service) => {
    const good = stateOfService({ registry, service, keys: asGood })
    return good.ready && !stateOfService({ registry, service, keys: asIs }).ready ? [good.name] : []
  })
  const { agents } = await findImpact({ payload, tenant, provider })
  return { services, agents: agents.map(({ name }) => name) }
}
