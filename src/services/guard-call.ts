import type { Payload } from 'payload'
import type { DocumentId } from '../access/membership.ts'
import { compositionOf } from '../composition.ts'
import { whyOff } from '../registry/index.ts'
import type { Registry } from '../registry/index.ts'
import { SETUP_URL } from './catalogue.ts'
import { checkService } from './check-service.ts'
import type { BlockedKey } from './check-service.ts'
import { isFatal } from './key-usability.ts'

type GuardOptions = {
  payload: Payload
  tenant: DocumentId
  /** Provider ids of the agent. */
  agent: { stt: string; llm: string; tts: string; 'web-search'?: string }
  /** Provider id of the carrier; `any` where none is chosen yet; absent for a call from the browser. */
  telephony?: string
}

export type CallGuard =
  | { ok: true }
  | {
      ok: false
      code: 'missing_keys'
      service: 'ai-calling'
      /** Provider ids without a key that may be used. */
      missingProviders: string[]
      /** Those of them that have a key, and why it may not be used. */
      blocked: BlockedKey[]
      endedReason: 'key-missing' | 'key-rejected'
      /** For a person: which keys, and where to enter them. */
      message: string
      setupUrl: string
    }

/** Whether a call can begin with the keys that the tenant has. Opens no secret and asks no provider. */
export async function guardCall({ payload, tenant, agent, telephony }: GuardOptions): Promise<CallGuard> {
  const { registry } = compositionOf(payload)
  const carrier = telephony === 'any' ? undefined : telephony
  const off = refuseOff(registry, [...Object.values(agent), carrier])
  if (off) return off
  const state = await checkService({
    payload,
    tenant,
    service: 'ai-calling',
    providers: { ...agent, telephony: carrier },
    requires: [
      ...(telephony === undefined ? [] : (['telephony'] as const)),
      'stt',
      'llm',
      'tts',
      ...(agent['web-search'] === undefined ? [] : (['web-search'] as const)),
    ],
  })
  const missing = new Set(state.missing.flatMap(({ anyOf }) => anyOf))
  const blocked = state.blocked.filter(({ reason }) => isFatal(reason))
  if (missing.size === 0 && blocked.length === 0) return { ok: true }

  const nameOf = (id: string) => (registry.has(id) ? registry.get(id).name : id)
  const sentences = [
    ...[...missing].map((provider) => `${nameOf(provider)} API key not configured.`),
    ...blocked.map(({ provider, reason }) => `${nameOf(provider)} API key ${REASONS[reason]}.`),
  ]
  return {
    ok: false,
    code: 'missing_keys',
    service: 'ai-calling',
    missingProviders: [...missing, ...blocked.map(({ provider }) => provider)],
    blocked,
    // A key that was never there outweighs one that stopped working: it is what the owner does first.
    endedReason:
      missing.size === 0 && blocked.some(({ reason }) => reason !== 'undecryptable') ? 'key-rejected' : 'key-missing',
    message: `${sentences.join(' ')} Enter what is missing under API keys.`,
    setupUrl: SETUP_URL,
  }
}

/** An agent may still name a provider that was offered when it was published. */
function refuseOff(registry: Registry, chosen: readonly (string | undefined)[]): CallGuard | undefined {
  const off = [...new Set(chosen)].flatMap((provider) => {
    const reason = provider === undefined ? undefined : whyOff(registry, provider)
    return provider === undefined || reason === undefined ? [] : [{ provider, reason }]
  })
  if (off.length === 0) return undefined
  return {
    ok: false,
    code: 'missing_keys',
    service: 'ai-calling',
    missingProviders: off.map(({ provider }) => provider),
    blocked: [],
    endedReason: 'key-missing',
    message: `${off.map(({ reason }) => reason).join(' ')} Choose another provider in the agent.`,
    setupUrl: SETUP_URL,
  }
}

const REASONS: Record<BlockedKey['reason'], string> = {
  rejected: 'rejected',
  undecryptable: 'can no longer be opened',
  'out-of-credit': 'has no credit left',
  'no-permission': 'lacks the permission',
}
