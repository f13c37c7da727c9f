import type { Payload } from 'payload'
import { PROVIDER_KEYS } from '../collections/slugs.ts'
import type { HealthRecord } from './health-record.ts'

/** The row of a key by its public id. */
export const findByCredential = ({ payload, credentialId }: { payload: Payload; credentialId: string }) =>
  payload.db.findOne<HealthRecord>({ collection: PROVIDER_KEYS, where: { credentialId: { equals: credentialId } } })
