import type { Payload } from 'payload'
import type { AgentSnapshot, BoundLlm, BoundStt, BoundTts } from '../calls/index.ts'
import { noteAuditEvent } from '../audit/index.ts'
import type { AuditOptions } from '../audit/index.ts'
import { CALLS } from '../collections/slugs.ts'
import { compositionOf } from '../composition.ts'
import { isVaultError, resolveForUse } from '../vault/index.ts'
import type { DocumentId } from '../access/membership.ts'
import { bindSearch, searchProviderOf } from './bind-search.ts'
import type { BoundSearch } from './bind-search.ts'
import type { CallLog } from './call-log.ts'
import { KeyProblem } from './key-problem.ts'
import { createKeyUse } from './key-use.ts'
import type { KeyUse } from './key-use.ts'
import { watchLlm, watchStt, watchTts } from './watch-providers.ts'

/** Whose key paid for what: a line of the call's receipt. Nothing of the key itself. */
export type ReceiptEntry = {
  capability: 'stt' | 'llm' | 'tts' | 'telephony' | 'web-search'
  provider: string
  credentialId: string
  version: number
}

export type BoundProviders = {
  stt: BoundStt
  llm: BoundLlm
  tts: BoundTts
  /** Of an agent that may search the web. */
  search?: BoundSearch
  receipt: ReceiptEntry[]
  /** How each of the keys does. */
  uses: KeyUse[]
}

type UseKeyOptions = {
  payload: Payload
  tenant: DocumentId
  provider: string
  capability: ReceiptEntry['capability']
  /** Of the call's record. */
  callId: string
  log: CallLog
}

/**
 * Opens one key of the tenant for a call and writes down that it was used.
 * @throws KeyProblem when it is not there, cannot be read, is known to be dead, or its provider is not offered
 */
export async function useKey({ payload, tenant, provider, capability, callId, log }: UseKeyOptions) {
  const { registry } = compositionOf(payload)
  if (registry.isOff(provider)) {
    throw new KeyProblem({ provider, providerName: registry.get(provider).name, isRejected: false, isOff: true })
  }
  const event: Omit<AuditOptions, 'result'> = {
    payload,
    tenant,
    actor: 'system',
    action: 'key.used',
    subject: { collection: CALLS, id: callId },
    provider,
    purpose: capability,
    details: { callId },
  }
  try {
    const key = await resolveForUse({ payload, tenant, provider, purpose: 'call' })
    const { credentialId, version, fingerprint } = key
    log('key.used', { provider, credentialId, version, fingerprint })
    noteAuditEvent({ ...event, result: 'ok', credentialId, version })
    const receipt: ReceiptEntry = { capability, provider, credentialId, version }
    const use = createKeyUse({ payload, tenant, receipt, callId })
    return { context: registry.contextFor(provider, key.credentials), credentials: key.credentials, receipt, use }
  } catch (error) {
    if (!isVaultError(error)) throw error
    noteAuditEvent({ ...event, result: 'refused', details: { callId, reason: error.code } })
    throw new KeyProblem({ provider, providerName: registry.get(provider).name, isRejected: error.code === 'rejected' })
  }
}

/**
 * Binds an agent's providers to its tenant's own keys.
 * @throws KeyProblem for the first key that is missing or dead
 */
export async function bindProviders({
  payload,
  tenant,
  agent,
  callId,
  log,
}: {
  payload: Payload
  tenant: DocumentId
  agent: AgentSnapshot
  callId: string
  log: CallLog
}): Promise<BoundProviders> {
  const { registry } = compositionOf(payload)
  const stt = registry.require(agent.stt.provider, 'stt').stt
  const llm = registry.require(agent.llm.provider, 'llm').llm
  const tts = registry.require(agent.tts.provider, 'tts').tts
  const call = { payload, tenant, callId, log }
  const sttKey = await useKey({ ...call, provider: agent.stt.provider, capability: 'stt' })
  const llmKey = await useKey({ ...call, provider: agent.llm.provider, capability: 'llm' })
  const ttsKey = await useKey({ ...call, provider: agent.tts.provider, capability: 'tts' })
  const searchProvider = searchProviderOf(agent)
  const webSearch = searchProvider && registry.require(searchProvider, 'webSearch').webSearch
  const searchKey = searchProvider
    ? await useKey({ ...call, provider: searchProvider, capability: 'web-search' })
    : undefined
  const { model, temperature, maxTokens } = agent.llm
  const nameOf = (provider: string) => registry.get(provider).name

  const boundStt: BoundStt = {
    provider: agent.stt.provider,
    name: nameOf(agent.stt.provider),
    encodings: stt.encodings,
    hasLateWords: stt.hasLateWords,
    open: (options, onEvent) => stt.open(sttKey.context, options, onEvent),
  }
  const boundLlm: BoundLlm = {
    provider: agent.llm.provider,
    name: nameOf(agent.llm.provider),
    ...llm.create(llmKey.context, { model, temperature, maxTokens }),
  }
  const boundTts: BoundTts = {
    provider: agent.tts.provider,
    name: nameOf(agent.tts.provider),
    encodings: tts.encodings,
    open: (options, onEvent) => tts.open(ttsKey.context, options, onEvent),
  }
  const keys = [sttKey, llmKey, ttsKey, ...(searchKey ? [searchKey] : [])]
  return {
    stt: watchStt(boundStt, sttKey.use),
    llm: watchLlm(boundLlm, llmKey.use),
    tts: watchTts(boundTts, ttsKey.use),
    ...(searchProvider &&
      webSearch &&
      searchKey && {
        search: bindSearch({ provider: searchProvider, webSearch, context: searchKey.context, use: searchKey.use }),
      }),
    receipt: keys.map(({ receipt }) => receipt),
    uses: keys.map(({ use }) => use),
  }
}
