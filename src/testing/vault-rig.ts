import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Payload } from 'payload'
import type { DocumentId } from '../access/index.ts'
import { TENANTS, VAULT_CANARY, VAULT_DATA_KEYS } from '../collections/slugs.ts'
import { compositionOf } from '../composition.ts'
import type { Environment } from '../env/index.ts'
import { resolveForUse, storeCredential } from '../vault/index.ts'
import { bootTestServer } from './boot.ts'
import type { TestExtensions, TestServer } from './boot.ts'
import { createTestDatabase } from './test-database.ts'

/** A key that was stored for a workspace. */
export type SeededKey = { tenant: DocumentId; provider: string; apiKey: string }

type SeedOptions = { payload: Payload; tenants: number; providers?: readonly string[] }

/** Makes workspaces with a key of each provider, without asking any provider. */
export async function seedVault({ payload, tenants, providers = ['openai'] }: SeedOptions): Promise<SeededKey[]> {
  const seeded: SeededKey[] = []
  for (let count = 0; count < tenants; count++) {
    const slug = `w-${randomUUID()}`
    const { id: tenant } = await payload.db.create({ collection: TENANTS, data: { name: slug, slug } })
    for (const provider of providers) {
      const apiKey = `seeded-${randomUUID()}`
      await storeCredential({
        payload,
        tenant,
        provider,
        credentials: { apiKey },
        primaryCredential: 'apiKey',
        verdict,
      })
      seeded.push({ tenant, provider, apiKey })
    }
  }
  return seeded
}

const verdict = {
  status: 'valid',
  capabilities: {},
  message: '',
  metadata: {},
  checkedAt: new Date(0).toISOString(),
  latencyMs: 1,
} as const

/** Opens a key as a call does, its data key unwrapped anew, and holds what comes out. */
export async function openSeeded(payload: Payload, { tenant, provider, apiKey }: SeededKey): Promise<void> {
  compositionOf(payload).vault.forgetTenant(String(tenant))
  const { credentials } = await resolveForUse({ payload, tenant, provider, purpose: 'webhook' })
  if (credentials.apiKey !== apiKey) throw new Error('Another key was opened than the one that was stored')
}

/** Every row that holds a wrap, as the database has it. */
export async function readWraps(payload: Payload) {
  const find = async (collection: string) =>
    (await payload.db.find<Wrap>({ collection, sort: 'id', limit: 0, pagination: false })).docs.map((row) => ({
      ...row,
      collection,
    }))
  return [...(await find(VAULT_DATA_KEYS)), ...(await find(VAULT_CANARY))]
}
export type Wrap = { id: DocumentId; wrapped: string; tenant?: string; keyId?: string; collection: string }

/** Which key-encryption keys the wraps name, each once. */
export const wrappersOf = async (payload: Payload): Promise<string[]> =>
  [...new Set((await readWraps(payload)).map(({ wrapped }) => wrapped.split('.')[1] ?? ''))].sort()

/** Puts rows back as they were, as a restored backup does. */
export async function restoreWraps(payload: Payload, wraps: readonly Wrap[]): Promise<void> {
  for (const { collection, id, wrapped } of wraps) await payload.db.updateOne({ collection, id, data: { wrapped } })
}

/** Several servers on one database that outlives each of them. */
export type Fleet = {
  databaseUri: string
  boot(environment: Partial<Environment>, extensions?: TestExtensions): Promise<TestServer>
  stop(server: TestServer): Promise<void>
  close(): Promise<void>
}

export function createFleet(): Fleet {
  const directory = mkdtempSync(path.join(tmpdir(), 'patchbay-fleet-'))
  const database = createTestDatabase({ directory })
  const running = new Set<TestServer>()
  const stop = async (server: TestServer) => {
    running.delete(server)
    await server.close()
  }
  return {
    databaseUri: database.uri,
    async boot(environment, extensions) {
      const server = await bootTestServer({ ...environment, databaseUri: database.uri }, extensions)
      running.add(server)
      return server
    },
    stop,
    async close() {
      for (const server of [...running]) await stop(server)
      await database.drop()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}
