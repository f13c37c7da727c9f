import type { PayloadRequest } from 'payload'
import { ALERTS } from '../../collections/slugs.ts'
import { readDocs } from '../data/read-docs.ts'
import { SHOWN_ALERTS, openAlerts } from './open-alerts.ts'
import type { AlertDoc } from './types.ts'

type LoadOptions = { req: PayloadRequest; tenant: string; provider?: string }

/** The open alerts of a workspace, the latest first, as far as the person may read them. */
export const loadOpenAlerts = ({ req, tenant, provider }: LoadOptions): Promise<AlertDoc[]> =>
  readDocs<AlertDoc>({
    req,
    collection: ALERTS,
    where: openAlerts(tenant, provider),
    limit: SHOWN_ALERTS,
    sort: '-raisedAt',
  }).then((docs) => docs.map(toAlertDoc))

/** Every alert of a workspace or of one of its keys, the latest first. */
export const loadAlerts = ({ req, tenant, provider, limit }: LoadOptions & { limit: number }): Promise<AlertDoc[]> =>
  readDocs<AlertDoc>({
    req,
    collection: ALERTS,
    where: { and: [{ tenant: { equals: tenant } }, ...(provider ? [{ provider: { equals: provider } }] : [])] },
    limit,
    sort: '-raisedAt',
  }).then((docs) => docs.map(toAlertDoc))

/** What the browser needs of an alert. */
const toAlertDoc = (doc: AlertDoc): AlertDoc => ({
  id: doc.id,
  kind: doc.kind,
  severity: doc.severity,
  message: doc.message,
  fixUrl: doc.fixUrl,
  provider: doc.provider,
  version: doc.version,
  raisedAt: doc.raisedAt,
  resolvedAt: doc.resolvedAt,
  acknowledgedAt: doc.acknowledgedAt,
  acknowledgedBy: doc.acknowledgedBy,
})
