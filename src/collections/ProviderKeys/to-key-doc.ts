import type { KeyRecord } from '../../vault/index.ts'

/** A key as `/api/user-api-keys` shows it. */
export const toKeyDoc = (record: KeyRecord) => ({
  id: record.id,
  provider: record.provider,
  masked: record.masked,
  status: record.status,
  message: record.message,
  ...(record.fixUrl ? { fixUrl: record.fixUrl } : {}),
  capabilities: record.capabilities ?? {},
  metadata: record.metadata ?? {},
  isActive: record.isActive,
  version: record.version,
  lastValidated: record.checkedAt,
  latencyMs: record.latencyMs,
  ...(record.expiresAt ? { expiresAt: record.expiresAt } : {}),
  lastUsedAt: record.lastUsedAt ?? null,
  defaults: record.defaults ?? {},
  createdAt: record.createdAt,
  updatedAt: record.updatedAt,
})
