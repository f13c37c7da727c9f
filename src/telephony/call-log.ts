import type { Payload } from 'payload'
import type { CallEventName } from '../calls/index.ts'

export type CallLog = (event: CallEventName, fields?: Record<string, unknown>) => void

/** Writes the structured events of one call's life, one line each. */
export const createCallLog =
  ({ logger, callId, tenantId }: { logger: Payload['logger']; callId: string; tenantId: string }): CallLog =>
  (event, fields = {}) =>
    logger.info({ event, callId, tenantId, ...fields, msg: event })
