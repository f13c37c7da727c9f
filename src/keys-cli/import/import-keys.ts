import { appendAuditEvent } from '../../audit/index.ts'
import { checkKey } from '../../collections/ProviderKeys/check-key.ts'
import { toSavedVerdict } from '../../collections/ProviderKeys/define-key-endpoint.ts'
import { PROVIDER_KEYS } from '../../collections/slugs.ts'
import { compositionOf } from '../../composition.ts'
import type { ProviderManifest } from '../../provider-kit/index.ts'
import type { Registry } from '../../registry/index.ts'
import { findKeyRecord, isVaultError, replaceCredential, storeCredential } from '../../vault/index.ts'
import type { Credentials, KeyRecord, RecordedVerdict } from '../../vault/index.ts'
import { isStoredCredential } from '../../vault/is-stored-credential.ts'
import type { CommandContext } from '../command.ts'
import { createBreather } from '../create-breather.ts'
import { isFernetLike } from '../../vault/fernet.ts'
import { findKeyShapes } from '../scan/key-shapes.ts'
import { findTenant } from './find-tenant.ts'
import type { FoundTenant } from './find-tenant.ts'
import type { EntryReport } from './outcomes.ts'
import { readEntry } from './read-entry.ts'
import type { Source, SourceEntry } from './read-source.ts'

export type ImportOptions = {
  source: Source
  /** Fernet keys; absent where the file holds plain text. */
  keys?: readonly Buffer[]
  replace: boolean
  check: boolean
  isDryRun: boolean
}

type Run = Pick<CommandContext, 'payload'> & ImportOptions & { registry: Registry; seen: Map<string, Credentials> }

/** Stores the keys of a file one after the other, each as soon as it is read, so that it can be stopped and run again. */
export async function importKeys(context: CommandContext & ImportOptions): Promise<EntryReport[]> {
  const { payload, source, progress, signal } = context
  const run: Run = { ...context, registry: compositionOf(payload).registry, seen: new Map() }
  const reports: EntryReport[] = source.malformed.map((entry) => ({ ...entry, outcome: 'malformed' }))
  const total = source.entries.length
  const breathe = createBreather(signal)
  for (const [index, entry] of source.entries.entries()) {
    await breathe().catch(() => {})
    if (signal.aborted) break
    progress.update({ label: context.isDryRun ? 'Reading keys' : 'Importing keys', done: index, total })
    reports.push({ position: entry.position, ...namesOf(entry), ...(await importEntry(run, entry)) })
  }
  progress.update({ label: context.isDryRun ? 'Reading keys' : 'Importing keys', done: total, total })
  return reports.sort((one, other) => one.position - other.position)
}

/** What stands where a name belongs is shown only where it cannot be a key. */
const namesOf = ({ tenant, provider }: SourceEntry) => ({ tenant: showName(tenant), provider: showName(provider) })
const showName = (name: string): string =>
  /^[\w.@+-]{1,64}$/.test(name) &&
  findKeyShapes(name).length === 0 &&
  !isFernetLike(name) &&
  !/[0-9a-f]{28,}/i.test(name)
    ? name
    : '(not shown)'

type Result = Pick<EntryReport, 'outcome'> & Partial<EntryReport>

async function importEntry(run: Run, entry: SourceEntry): Promise<Result> {
  const { payload, registry, keys, seen } = run
  const manifest = findManifest(registry, entry.provider)
  if (!manifest) return { outcome: 'unknown-provider', reason: 'there is no such provider' }
  const tenant = await findTenant(payload, entry.tenant)
  if ('fault' in tenant) return { outcome: 'unknown-tenant', reason: tenant.fault }
  const read = readEntry({ entry, manifest, keys })
  if ('outcome' in read) return read
  const { credentials, layers } = read

  const place = JSON.stringify([tenant.id, manifest.id])
  const earlier = seen.get(place)
  if (earlier) {
    return isSame(earlier, credentials)
      ? { outcome: 'repeated', reason: 'an earlier entry is the same' }
      : { outcome: 'duplicate', reason: 'an earlier entry has another key for this workspace and provider' }
  }
  seen.set(place, credentials)
  try {
    return { ...(await save({ run, tenant, manifest, credentials })), ...(layers > 0 ? { layers } : {}) }
  } catch (error) {
    if (!isVaultError(error) || error.code === 'wrong_encryption_key') throw error
    if (error.code === 'exists') return KEPT
    return { outcome: 'failed', reason: error.message }
  }
}

const KEPT: Result = {
  outcome: 'kept',
  reason: 'the workspace has another key of this provider; --replace puts this one in its place',
}

const findManifest = (registry: Registry, name: string): ProviderManifest | undefined =>
  registry.list().find(({ id, name: title }) => [id, title.toLowerCase()].includes(name.toLowerCase()))

const isSame = (one: Credentials, other: Credentials): boolean =>
  Object.keys({ ...one, ...other }).every((name) => one[name] === other[name])

type SaveOptions = { run: Run; tenant: FoundTenant; manifest: ProviderManifest; credentials: Credentials }

async function save({ run, tenant, manifest, credentials }: SaveOptions): Promise<Result> {
  const { payload, replace, isDryRun } = run
  const provider = manifest.id
  const present = await findKeyRecord({ payload, tenant: tenant.id, provider })
  if (present && (await isStoredCredential({ payload, record: present, credentials }))) {
    return { outcome: 'present', credentialId: present.credentialId, version: present.version }
  }
  if (present && !replace) return KEPT
  const verdict = await judge({ run, manifest, credentials })
  const outcome = present ? 'replaced' : 'imported'
  if (verdict.status === 'rejected') {
    if (!isDryRun) await audit({ run, tenant, provider, result: 'refused' })
    return { outcome: 'refused', reason: `${manifest.name} does not accept its key` }
  }
  if (isDryRun) return { outcome }
  const secret = { payload, credentials, primaryCredential: manifest.primaryCredential, verdict }
  const record = present
    ? await replaceCredential({ ...secret, record: present })
    : await storeCredential({ ...secret, tenant: tenant.id, provider })
  await audit({ run, tenant, provider, record, result: 'ok' })
  return { outcome, credentialId: record.credentialId, version: record.version }
}

/** Without `--check` nobody is asked. */
async function judge({ run, manifest, credentials }: Omit<SaveOptions, 'tenant'>): Promise<RecordedVerdict> {
  const { registry, check } = run
  if (check) {
    const context = registry.contextFor(manifest.id, credentials)
    return toSavedVerdict(await checkKey({ manifest, context, capabilities: registry.capabilitiesOf(manifest.id) }))
  }
  return {
    status: 'unverified',
    capabilities: {},
    message: 'Taken over from an older system, and not tested yet.',
    metadata: {},
    checkedAt: new Date().toISOString(),
    latencyMs: 0,
  }
}

type AuditOptions = { run: Run; tenant: FoundTenant; provider: string; record?: KeyRecord; result: 'ok' | 'refused' }

const audit = ({ run, tenant, provider, record, result }: AuditOptions) =>
  appendAuditEvent({
    payload: run.payload,
    tenant: tenant.id,
    actor: 'command',
    action: 'key.imported',
    subject: { collection: PROVIDER_KEYS, id: record?.id ?? provider },
    result,
    provider,
    ...(record ? { credentialId: record.credentialId, version: record.version } : {}),
  })
