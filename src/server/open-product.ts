import type { Server } from 'node:http'
import type { RequestHandler } from 'express'
import { getPayload } from 'payload'
import type { Payload, SanitizedConfig } from 'payload'
import defaultConfig from '../../payload.config.ts'
import { watchAlerts } from '../alerts/watch-alerts.ts'
import { flushAuditLog } from '../audit/index.ts'
import { ensureFirstAdmin } from '../auth/index.ts'
import { compositionOf } from '../composition.ts'
import { migrateDatabase } from '../db/migrate-database.ts'
import { noticeDevKeys } from '../dev-keys/index.ts'
import type { Environment } from '../env/index.ts'
import { watchLostCalls } from '../jobs/close-lost-calls.ts'
import { stopHealthRounds } from '../jobs/health-rounds.ts'
import { flushKeyOutcomes } from '../key-health/index.ts'
import { createTelephony } from '../telephony/index.ts'
import type { Telephony, TelephonyDeadlines } from '../telephony/index.ts'
import { checkCanary, isVaultError, openVault, startHeartbeat } from '../vault/index.ts'
import type { Heartbeat } from '../vault/index.ts'
import { createHealthRouter } from './health.ts'
import { createHttpServer } from './http.ts'
import { findReasonsNotReady } from './readiness.ts'
import { getRuntime } from './runtime.ts'
import { StartError } from './start-error.ts'

export type Product = { payload: Payload; server: Server; telephony: Telephony; close(): Promise<void> }

type OpenOptions = {
  environment: Environment
  /** Serves the admin panel and REST. */
  rest: RequestHandler
  config?: Promise<SanitizedConfig>
  /** Names the Payload instance where a process has several. */
  key?: string
  deadlines?: Partial<TelephonyDeadlines>
  /** Whether this process takes its turns at what is done regularly. */
  runsJobs?: boolean
  /** Between two signs of life of this process, in ms. */
  heartbeatMs?: number
}

/**
 * Opens database and vault and joins them with telephony and HTTP; everything but the listening.
 * @throws StartError when the vault's key is not the one that the data needs
 */
export async function openProduct({
  environment,
  rest,
  config = defaultConfig,
  key,
  deadlines,
  runsJobs = false,
  heartbeatMs,
}: OpenOptions): Promise<Product> {
  const payload = await getPayload({ config, key })
  let heartbeat: Heartbeat
  try {
    await refuseWrongKey(payload)
    await migrateDatabase({ payload })
    await openVault({ payload })
    noticeDevKeys({ payload })
    await ensureFirstAdmin({ payload, environment })
    heartbeat = await startHeartbeat({ payload, beatMs: heartbeatMs })
  } catch (error) {
    await closeDatabase(payload)
    throw isVaultError(error) ? new StartError(error.message, { cause: error }) : error
  }
  const lostCalls = await watchLostCalls({ payload, runtime: getRuntime() })
  const alerts = watchAlerts({ payload })
  // The clock of the job queue starts when everything that a job touches is there.
  compositionOf(payload).healthRounds.isOn = runsJobs
  if (runsJobs) await getPayload({ config, key, cron: true })
  const telephony = createTelephony({ payload, deadlines })
  const server = createHttpServer({
    publicUrl: environment.publicUrl,
    trustedProxies: environment.trustedProxies,
    webhooks: telephony.webhooks,
    health: createHealthRouter({ reasonsNotReady: () => findReasonsNotReady({ payload }) }),
    rest,
    onError: (error) => payload.logger.error({ err: error, msg: 'A request failed' }),
  })

  return {
    payload,
    server,
    telephony,
    async close() {
      telephony.close()
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
      await telephony.idle()
      await lostCalls.stop()
      await stopHealthRounds(payload)
      await flushKeyOutcomes(payload)
      await heartbeat.stop()
      await alerts.stop()
      await flushAuditLog(payload)
      await closeDatabase(payload)
    },
  }
}

/** Before the schema is changed for it: a database that is somebody else's is left as it was. */
async function refuseWrongKey(payload: Payload): Promise<void> {
  try {
    await checkCanary(payload)
  } catch (error) {
    // Any other failure is that of a database without the vault's tables yet.
    if (isVaultError(error)) throw error
  }
}

/** Payload leaves SQLite's client open, which keeps the process alive. */
async function closeDatabase(payload: Payload): Promise<void> {
  await payload.destroy()
  ;(payload.db as { client?: { close?(): void } }).client?.close?.()
}
