import type { Payload } from 'payload'
import type { DocumentId } from '../access/membership.ts'
import { compositionOf } from '../composition.ts'
import { stateOfService } from '../services/index.ts'
import { listOwnNumbers } from '../store/find-callable-agent.ts'
import type { OwnNumber } from '../store/find-callable-agent.ts'
import { listUsableKeys } from '../vault/index.ts'

type ChooseNumberOptions = {
  payload: Payload
  tenant: DocumentId
  agent: DocumentId
  /** E.164; as it was asked for. */
  from?: string
}

/**
 * The number that a call goes out from: the one that was asked for, else the agent's first at a carrier whose key may be
 * used, else any of the tenant's at such a carrier, else the first, whose key is then missed.
 * @returns undefined when the tenant has no such number, or none at all
 */
export async function chooseNumber({
  payload,
  tenant,
  agent,
  from,
}: ChooseNumberOptions): Promise<OwnNumber | undefined> {
  const { registry } = compositionOf(payload)
  const own = await listOwnNumbers({ payload, tenant, agent })
  const numbers = own.filter(({ provider }) => registry.has(provider) && registry.get(provider).telephony)
  if (from !== undefined) return numbers.find(({ number }) => number === from)
  const keys = await listUsableKeys({ payload, tenant })
  const isReady = ({ provider }: OwnNumber) =>
    stateOfService({
      registry,
      service: 'calling-operations',
      keys,
      providers: { telephony: provider },
    }).ready
  return numbers.find(isReady) ?? numbers[0]
}
