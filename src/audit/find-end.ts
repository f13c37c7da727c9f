import { setTimeout as pause } from 'node:timers/promises'
import type { Payload } from 'payload'
import type { DocumentId } from '../access/membership.ts'
import { TENANTS } from '../collections/slugs.ts'
import { AUDIT_START, areSealed, auditHeadText, sealTexts } from '../vault/index.ts'
import { findHead, findLastRow } from './audit-rows.ts'
import type { AuditHead } from './audit-rows.ts'
import type { ChainEnd } from './create-audit-trail.ts'

type Named = { payload: Payload; tenant: string; tenantId: DocumentId }

/** What is wrong with a head, so that its place may not be taken without saying so. */
export type BrokenHead = 'missing-head' | 'forged-head'
export type FoundEnd = ChainEnd & { broken?: BrokenHead }

/** A data key comes into being a moment before its tenant's head. */
const HEAD_TRIES = 5
const HEAD_WAIT_MS = 100

/** Whether the tenant still exists. */
export const isTenantThere = async ({ payload, tenantId }: Omit<Named, 'tenant'>): Promise<boolean> =>
  (await payload.db.findOne({ collection: TENANTS, where: { id: { equals: tenantId } }, select: {} })) !== null

/**
 * Where a tenant's log goes on. After its last event; after its head where that is further, so that the numbers of
 * events that were cut off stay empty and tell of it.
 * @returns undefined where there is no such tenant
 */
export async function findEnd({ payload, tenant, tenantId }: Named): Promise<FoundEnd | undefined> {
  if (!(await isTenantThere({ payload, tenantId }))) return undefined
  // Makes the data key, and with it the head, of a tenant that has none yet.
  const { keyId } = await sealTexts({ payload, tenant, texts: [] })
  const head = await findPlantedHead({ payload, tenant })
  const last = await findLastRow({ payload, tenantId })
  const isHeadGood = head !== undefined && (await isHeadSealed({ payload, head }))
  const broken = isHeadGood ? undefined : head ? 'forged-head' : 'missing-head'
  const isHeadLast = isHeadGood && head.sequence >= (last?.sequence ?? 0)
  const { sequence, hash } = isHeadLast ? head : (last ?? AUDIT_START)
  return { sequence, hash: hash ?? '', keyId, ...(broken ? { broken } : {}) }
}

/** Whether a head bears the seal of this server. */
export async function isHeadSealed({ payload, head }: { payload: Payload; head: AuditHead }): Promise<boolean> {
  const { tenant, seal } = head
  const [isSealed] = await areSealed({ payload, tenant, sealed: [{ text: auditHeadText(head), seal }] })
  return isSealed === true
}

async function findPlantedHead({ payload, tenant }: Omit<Named, 'tenantId'>): Promise<AuditHead | undefined> {
  for (let tries = 1; ; tries += 1) {
    const head = await findHead({ payload, tenant })
    if (head || tries === HEAD_TRIES) return head
    await pause(HEAD_WAIT_MS)
  }
}
