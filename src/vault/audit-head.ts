import type { Payload } from 'payload'
import { AUDIT_HEADS } from '../collections/slugs.ts'
import { isUniqueViolation } from './is-unique-violation.ts'
import { sealUnder } from './text-seals.ts'

/** What comes before the first event of an audit log. */
export const AUDIT_START = { sequence: 0, hash: '0'.repeat(64) } as const

/** What the seal of an audit log's head is made over: JSON, keys in this order. */
export const auditHeadText = ({ tenant, sequence, hash }: { tenant: string; sequence: number; hash: string }): string =>
  JSON.stringify({ v: 1, use: 'audit-head', tenant, sequence, hash })

/**
 * Begins a tenant's audit log together with its first data key. From then on the one without the other is a sign that
 * somebody removed it: to empty the log unnoticed, they would have to make every key of the tenant unreadable.
 */
export async function plantAuditHead({
  payload,
  tenant,
  key,
  keyId,
}: {
  payload: Payload
  tenant: string
  key: Buffer
  keyId: string
}): Promise<void> {
  const [seal] = sealUnder({ key, keyId, texts: [auditHeadText({ tenant, ...AUDIT_START })] })
  try {
    await payload.db.create({ collection: AUDIT_HEADS, data: { tenant, ...AUDIT_START, seal } })
  } catch (error) {
    if (!isUniqueViolation(error)) throw error
  }
}
