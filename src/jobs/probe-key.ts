import type { Payload } from 'payload'
import { noteAuditEvent } from '../audit/index.ts'
import { PROVIDER_KEYS } from '../collections/slugs.ts'
import { checkKey } from '../collections/ProviderKeys/check-key.ts'
import type { KeyCheck } from '../collections/ProviderKeys/check-key.ts'
import { compositionOf } from '../composition.ts'
import { announceUndecryptable } from '../key-health/announce-undecryptable.ts'
import { isConclusive, recordCheck } from '../key-health/record-check.ts'
import { planProbe } from '../key-health/plan-probe.ts'
import { writePlans } from '../key-health/write-usage.ts'
import type { HealthRecord } from '../key-health/index.ts'
import { isVaultError, resolveForUse } from '../vault/index.ts'
import type { Clock } from './probe-keys.ts'
import type { ProviderPace } from './provider-pace.ts'

type ProbeOptions = { payload: Payload; record: HealthRecord; pace: ProviderPace; clock: Clock }

/** Tests one stored key, writes down what came of it and when it is tested next. Never throws. */
export async function probeKey(options: ProbeOptions): Promise<void> {
  const { payload, record, clock } = options
  const { provider, credentialId, version } = record
  try {
    await probe(options)
  } catch (err) {
    if (isVaultError(err) && err.code === 'missing') return
    if (isVaultError(err) && err.code === 'undecryptable') await announceUndecryptable({ payload, record })
    else payload.logger.error({ err, provider, credentialId, msg: 'A key could not be tested' })
    // Whatever it was, the next round must not run into it again at once.
    const at = planProbe({ status: 'undecryptable', now: clock.now(), random: clock.random() })
    await writePlans({ payload, plans: [{ credentialId, version, at }] }).catch(() => {})
  }
}

async function probe({ payload, record, pace, clock }: ProbeOptions): Promise<void> {
  const { tenant, provider, credentialId } = record
  const { registry } = compositionOf(payload)
  const key = await resolveForUse({ payload, tenant, provider, purpose: 'check' })
  let verdict: KeyCheck
  try {
    // Deleted and stored again while this round ran: the new one has its own turn.
    if (key.credentialId !== credentialId) return
    verdict = await checkKey({
      manifest: registry.get(provider),
      context: registry.contextFor(provider, key.credentials),
      capabilities: registry.capabilitiesOf(provider),
    })
  } finally {
    key.release()
  }
  const isGood = verdict.status === 'valid' || verdict.status === 'limited'
  noteAuditEvent({
    payload,
    tenant,
    actor: 'system',
    action: 'key.tested',
    subject: { collection: PROVIDER_KEYS, id: provider },
    result: isGood ? 'ok' : verdict.status === 'rejected' ? 'refused' : 'failed',
    provider,
    credentialId: key.credentialId,
    version: key.version,
    purpose: 'probe',
    details: { status: verdict.status },
  })
  const now = clock.now()
  const { version } = key
  if (isConclusive(verdict)) {
    pace.noteAnswer(provider)
    const isSame = verdict.status === record.status && record.statusSince
    const sinceMs = isSame ? now - Date.parse(isSame) : 0
    const at = planProbe({ status: verdict.status, sinceMs, now, random: clock.random() })
    const nextProbeAt = new Date(at).toISOString()
    await recordCheck({ payload, record: { ...record, version }, verdict, plan: { nextProbeAt, probeFailures: 0 } })
    return
  }
  const { retryAfterMs, status } = verdict
  if (retryAfterMs !== undefined) pace.pause(provider, retryAfterMs, now)
  else if (status === 'unreachable') pace.noteSilence(provider, now)
  const failures = (record.probeFailures ?? 0) + 1
  const at = planProbe({ status: record.status, failures, retryAfterMs, now, random: clock.random() })
  await writePlans({ payload, plans: [{ credentialId, version, at, failures }] })
}
