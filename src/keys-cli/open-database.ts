import { randomBytes } from 'node:crypto'
import { existsSync, statSync } from 'node:fs'
import { MongoClient } from 'mongodb'
import { getPayload } from 'payload'
import type { Payload } from 'payload'
import { TENANTS } from '../collections/slugs.ts'
import { checkDatabase, fileOfDatabase } from '../db/check-database.ts'
import { loadEnvironment, provideEnvironment } from '../env/index.ts'
import type { Environment } from '../env/index.ts'
import { secretsFileIn } from '../env/generated-secrets.ts'
import { eraseDeletedRows } from '../vault/erase-deleted-rows.ts'
import { checkCanary } from '../vault/index.ts'
import { CommandError } from './command-error.ts'

export type OpenedDatabase = { payload: Payload; environment: Environment; close(): Promise<void> }

type OpenOptions = {
  /** The process's variables. */
  env: Readonly<Record<string, string | undefined>>
  /** Where `data/` and relative paths lie. */
  cwd: string
  /** False where a wrong key is something to report. */
  isKeyNeeded: boolean
}

/**
 * Opens the database as the server does, without serving, making or migrating anything; a server may be using it.
 * @throws CommandError, EnvironmentError or VaultError, each with a sentence to print
 */
export async function openDatabase({ env, cwd, isKeyNeeded }: OpenOptions): Promise<OpenedDatabase> {
  await refuseMissingDatabase(withoutSecrets(env, cwd))
  // Its log goes to standard output, which is the report's.
  const environment: Environment = { ...loadEnvironment(withKey(env, cwd), { cwd }), logLevel: 'silent' }
  provideEnvironment(environment)
  const { default: config } = await import('../../payload.config.ts')
  const payload = await getPayload({ config })
  const close = async () => {
    await payload.destroy()
    ;(payload.db as { client?: { close?(): void } }).client?.close?.()
  }
  try {
    await refuseOldSchema(payload)
    if (isKeyNeeded) await checkCanary(payload)
    await eraseDeletedRows({ payload })
  } catch (error) {
    await close()
    throw error
  }
  return { payload, environment, close }
}

/** The settings without a look at secrets: reading them makes them where there are none, and there may be no database. */
function withoutSecrets(env: OpenOptions['env'], cwd: string): Environment {
  const standIn = randomBytes(32).toString('base64')
  const given = { ...env, PAYLOAD_SECRET: standIn, ENCRYPTION_KEY: standIn, ENCRYPTION_KEY_FILE: '' }
  return loadEnvironment({ ...given, ENCRYPTION_KEYS_RETIRED: '' }, { cwd })
}

async function refuseMissingDatabase({ databaseUri, databaseKind }: Environment): Promise<void> {
  const none = (place: string) =>
    new CommandError(
      `There is no Patchbay database ${place}. Start the product once with npm start, or correct DATABASE_URI.`,
    )
  if (databaseKind === 'sqlite') {
    const file = fileOfDatabase(databaseUri)
    if (!file) throw none('in the memory of this process')
    if (!existsSync(file) || statSync(file).size === 0) throw none(`at ${file}`)
  }
  await checkDatabase({ databaseUri }).catch((error: Error) => {
    throw new CommandError(error.message)
  })
  if (databaseKind === 'mongodb' && !(await hasTenants(databaseUri))) throw none('on the server of DATABASE_URI')
}

async function hasTenants(uri: string): Promise<boolean> {
  const client = new MongoClient(uri)
  try {
    return await client.db().listCollections({ name: TENANTS }, { nameOnly: true }).hasNext()
  } finally {
    await client.close()
  }
}

/** The variables, so that no secret is made: a key made now would open nothing, and nobody signs in here. */
function withKey(env: OpenOptions['env'], cwd: string): OpenOptions['env'] {
  const isGiven = (name: string) => (env[name] ?? '').trim() !== ''
  const file = secretsFileIn(cwd)
  if (isGiven('DEPLOY_ENV') || existsSync(file)) return env
  if (!isGiven('ENCRYPTION_KEY') && !isGiven('ENCRYPTION_KEY_FILE')) {
    throw new CommandError(
      `ENCRYPTION_KEY is not set and ${file} is not there: give this command the key that the server has.`,
    )
  }
  return isGiven('PAYLOAD_SECRET') ? env : { ...env, PAYLOAD_SECRET: randomBytes(32).toString('base64') }
}

/** A schema that is not the present one would fail at the first row, and not tell why. */
async function refuseOldSchema(payload: Payload): Promise<void> {
  if (payload.db.name !== 'sqlite') return
  const { migrations } = await import('../migrations/index.ts')
  const { client } = payload.db as unknown as { client: Client }
  const done = new Set<unknown>()
  try {
    for (const { name } of (await client.execute('SELECT name FROM payload_migrations')).rows) done.add(name)
  } catch {
    // No such table: no migration was ever made.
  }
  if (migrations.every(({ name }) => done.has(name))) return
  throw new CommandError(
    'The schema of this database is older than this version of the product: start it once with npm start, which brings it up to date.',
  )
}

type Client = { execute(sql: string): Promise<{ rows: Record<string, unknown>[] }> }
