import type { Payload } from 'payload'
import { TENANTS } from '../../collections/slugs.ts'
import { announceUndecryptable } from '../../key-health/announce-undecryptable.ts'
import { updateKeyRecord } from '../../vault/index.ts'
import type { Credentials, KeyRecord } from '../../vault/index.ts'
import { countInspectedTenants, inspectVault } from '../../vault/inspect-vault.ts'
import type { InspectedSecret, InspectedTenant, SecretState, VaultFault } from '../../vault/inspect-vault.ts'
import type { CommandContext } from '../command.ts'
import { createBreather } from '../create-breather.ts'

export type FindingKind =
  | 'does-not-open'
  | 'data-key'
  | 'row-without-ciphertext'
  | 'ciphertext-without-row'
  | 'gone-workspace'

/** One thing that is wrong in the vault: where it is and why, by public names alone. */
export type Finding = {
  kind: FindingKind
  /** Workspace id as text. */
  tenant: string
  /** Its slug, while it exists. */
  workspace?: string
  provider?: string
  credentialId?: string
  version?: number
  state?: SecretState
  dataKeyId?: string
  fault?: VaultFault
  reason: string
}

export type VaultExamination = {
  tenants: number
  dataKeys: { total: number; opened: number }
  secrets: { total: number; opened: number; byState: Record<SecretState, number> }
  /** Keys of workspaces by the state of their row. */
  keys: { total: number; byStatus: Record<string, number> }
  findings: Finding[]
  /** Findings beyond those that are listed. */
  more: number
  /** How many data keys each key-encryption key wraps, by its fingerprint. */
  wrappedBy: Record<string, number>
  /** Fingerprints that data needs and that were not given. */
  missingKeyIds: string[]
  /** Rows that were set to `undecryptable`. */
  marked: number
}

type ExamineOptions = Pick<CommandContext, 'payload' | 'progress' | 'signal'> & {
  /** Sets rows that do not open to `undecryptable`. */
  mark?: boolean
  onOpened?(secret: { tenant: string; provider: string; credential: string }, credentials: Credentials): void
  onRecord?(record: KeyRecord): void
}

/** More are counted, not listed, so that a database in ruins needs no more memory than a sound one. */
const MAX_FINDINGS = 2_000

/** Opens everything in the vault and counts. Changes nothing but, with `mark`, the state of keys that do not open. */
export async function examineVault(options: ExamineOptions): Promise<VaultExamination> {
  const { payload, progress, signal, onOpened } = options
  const total = await countInspectedTenants(payload)
  const result = emptyExamination()
  const breathe = createBreather(signal)
  const label = 'Opening stored keys'
  progress.update({ label, done: 0, total })
  for await (const tenant of inspectVault({ payload, onOpened })) {
    await breathe()
    await takeIn({ ...options, result, tenant })
    progress.update({ label, done: result.tenants, total })
  }
  return result
}

const emptyExamination = (): VaultExamination => ({
  tenants: 0,
  dataKeys: { total: 0, opened: 0 },
  secrets: { total: 0, opened: 0, byState: { 'in-use': 0, former: 0, pending: 0, expired: 0, orphan: 0 } },
  keys: { total: 0, byStatus: {} },
  findings: [],
  more: 0,
  wrappedBy: {},
  missingKeyIds: [],
  marked: 0,
})

async function takeIn(options: ExamineOptions & { result: VaultExamination; tenant: InspectedTenant }): Promise<void> {
  const { payload, result, tenant, mark, onRecord } = options
  result.tenants += 1
  const findings: Finding[] = []
  for (const { keyId, wrappedBy, fault } of tenant.dataKeys) {
    result.dataKeys.total += 1
    if (!fault) result.dataKeys.opened += 1
    if (wrappedBy) result.wrappedBy[wrappedBy] = (result.wrappedBy[wrappedBy] ?? 0) + 1
    if (fault === 'encryption-key-missing' && wrappedBy && !result.missingKeyIds.includes(wrappedBy))
      result.missingKeyIds.push(wrappedBy)
    if (fault)
      findings.push({ kind: 'data-key', tenant: tenant.tenant, dataKeyId: keyId, fault, reason: REASONS[fault] })
  }
  for (const secret of tenant.secrets) {
    const { state, fault, record } = secret
    if (fault !== 'no-ciphertext') {
      result.secrets.total += 1
      result.secrets.byState[state] += 1
      if (!fault) result.secrets.opened += 1
    }
    if (fault) findings.push(describeFault(tenant.tenant, secret, fault))
    else if (state === 'orphan') findings.push(describeOrphan(tenant.tenant, secret))
    if (state !== 'in-use' || !record) continue
    result.keys.total += 1
    result.keys.byStatus[record.status] = (result.keys.byStatus[record.status] ?? 0) + 1
    onRecord?.(record)
    if (mark && fault && (await markUndecryptable({ payload, record, fault }))) result.marked += 1
  }
  if (!tenant.exists && (tenant.dataKeys.length > 0 || tenant.secrets.length > 0)) {
    findings.push({ kind: 'gone-workspace', tenant: tenant.tenant, reason: 'the workspace was deleted, this was left' })
  }
  if (findings.length === 0) return
  const workspace = await slugOf(payload, tenant)
  const room = Math.max(0, MAX_FINDINGS - result.findings.length)
  result.findings.push(
    ...findings.slice(0, room).map((finding) => ({ ...finding, ...(workspace ? { workspace } : {}) })),
  )
  result.more += Math.max(0, findings.length - room)
}

const REASONS: Record<VaultFault, string> = {
  changed: 'its bytes were changed, or it was moved from another place',
  'no-envelope': 'what is stored has not the form of a ciphertext',
  'no-data-key': 'the data key that it needs is gone',
  'data-key-damaged': 'the data key does not open',
  'encryption-key-missing': 'the key-encryption key that it needs was not given',
  'no-ciphertext': 'its ciphertext is gone',
}

const describeFault = (tenant: string, secret: InspectedSecret, fault: VaultFault): Finding => ({
  kind: fault === 'no-ciphertext' ? 'row-without-ciphertext' : 'does-not-open',
  ...nameSecret(tenant, secret),
  fault,
  reason: REASONS[fault],
})

const describeOrphan = (tenant: string, secret: InspectedSecret): Finding => ({
  kind: 'ciphertext-without-row',
  ...nameSecret(tenant, secret),
  reason: 'no key of the workspace names it',
})

const nameSecret = (tenant: string, { provider, credential, version, state }: InspectedSecret) => ({
  tenant,
  provider,
  credentialId: credential,
  version,
  state,
})

async function slugOf(payload: Payload, { tenant, exists }: InspectedTenant): Promise<string | undefined> {
  if (!exists) return undefined
  const row = await payload.db.findOne<{ id: number | string; slug?: string }>({
    collection: TENANTS,
    where: { id: { equals: tenant } },
  })
  return row?.slug
}

/** Only what nothing can open any more: a key-encryption key that was not given may come back. */
async function markUndecryptable(options: {
  payload: Payload
  record: KeyRecord
  fault: VaultFault
}): Promise<boolean> {
  const { payload, record, fault } = options
  if (fault === 'encryption-key-missing' || record.status === 'undecryptable') return false
  const message = 'This key can no longer be opened. Enter this key again.'
  const data = { status: 'undecryptable', isActive: false, message } as const
  if (!(await updateKeyRecord({ payload, record, version: { equals: record.version }, data }))) return false
  await announceUndecryptable({ payload, record })
  return true
}
