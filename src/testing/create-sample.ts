import { randomUUID } from 'node:crypto'
import type { CollectionSlug, File, FlattenedField, Payload } from 'payload'
import type { DocumentId } from '../access/index.ts'
import { appendAuditEvent } from '../audit/index.ts'
import { AUDIT_HEADS, AUDIT_LOG, TENANTS, VAULT_DATA_KEYS } from '../collections/slugs.ts'

type CreateSampleOptions = {
  payload: Payload
  slug: CollectionSlug
  tenant: DocumentId
  data?: Record<string, unknown>
}

/** A second of silence as a WAV file. */
export const silentWav = (): File => {
  const bytes = 16_000
  const data = Buffer.alloc(44 + bytes)
  data.write('RIFF', 0)
  data.writeUInt32LE(36 + bytes, 4)
  data.write('WAVEfmt ', 8)
  data.writeUInt32LE(16, 16)
  data.writeUInt16LE(1, 20)
  data.writeUInt16LE(1, 22)
  data.writeUInt32LE(8_000, 24)
  data.writeUInt32LE(16_000, 28)
  data.writeUInt16LE(2, 32)
  data.writeUInt16LE(16, 34)
  data.write('data', 36)
  data.writeUInt32LE(bytes, 40)
  return { data, mimetype: 'audio/wav', name: 'silence.wav', size: data.length }
}

/** Makes a document of any tenant collection with nothing in it but what the collection demands. */
export async function createSample({ payload, slug, tenant, data = {} }: CreateSampleOptions): Promise<DocumentId> {
  const config = payload.collections[slug]?.config
  if (!config) throw new Error(`there is no collection ${slug}`)
  if (slug === AUDIT_LOG || slug === AUDIT_HEADS) return createAuditSample({ payload, slug, tenant })
  const required = config.flattenedFields.filter((field) => 'required' in field && field.required && !hasDefault(field))
  const filled = await Promise.all(
    required.map(async (field) => [field.name, await valueFor({ payload, field, tenant })] as const),
  )
  const { id } = await payload.create({
    collection: slug,
    overrideAccess: true,
    depth: 0,
    ...(config.upload ? { file: silentWav() } : {}),
    data: { ...Object.fromEntries(filled), ...FREE_VALUES[slug], ...data, tenant },
  })
  return id
}

/** What a tenant's own rows have taken: each has its first data key from the start. */
const FREE_VALUES: Record<string, Record<string, unknown>> = { [VAULT_DATA_KEYS]: { generation: 2 } }

/** Nobody but its own writer can make an audit event, and with it a head. */
async function createAuditSample({ payload, slug, tenant }: CreateSampleOptions): Promise<DocumentId> {
  const subject = { collection: TENANTS, id: tenant }
  await appendAuditEvent({ payload, tenant, actor: 'system', action: 'tenant.created', subject, result: 'ok' })
  const { docs } = await payload.find({
    collection: slug,
    overrideAccess: true,
    where: { tenant: { equals: tenant } },
    sort: '-sequence',
    limit: 1,
  })
  return docs[0]?.id ?? ''
}

const hasDefault = (field: FlattenedField): boolean => 'defaultValue' in field && field.defaultValue !== undefined

async function valueFor({
  payload,
  field,
  tenant,
}: {
  payload: Payload
  field: FlattenedField
  tenant: DocumentId
}): Promise<unknown> {
  if (field.type === 'select') return optionOf(field.options[0])
  if (field.type === 'number') return field.min ?? 1
  if (field.type === 'date') return new Date().toISOString()
  if (field.type === 'checkbox') return false
  if (field.type === 'json') return {}
  if (field.type === 'relationship' && typeof field.relationTo === 'string' && field.name !== 'tenant') {
    return createSample({ payload, slug: field.relationTo, tenant })
  }
  if (field.type === 'text' && field.name === 'number') return `+1555${Math.floor(1e6 + Math.random() * 9e6)}`
  if (field.type === 'text' && field.name === 'address') return `http://${randomUUID()}.internal/v1`
  return `sample ${randomUUID()}`
}

const optionOf = (option: string | { value: string } | undefined): string | undefined =>
  typeof option === 'string' ? option : option?.value
