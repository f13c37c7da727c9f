import type { PayloadRequest } from 'payload'
import { loadAlerts } from '../../alerts/load-alerts.ts'
import type { AlertDoc } from '../../alerts/types.ts'
import { PROVIDER_KEYS } from '../../../collections/slugs.ts'
import type { ApiResult } from '../../data/api-result.ts'
import { readDocs } from '../../data/read-docs.ts'
import { readEndpoint } from '../../data/read-endpoint.ts'
import type { KeyDoc, ProviderInfo } from '../types.ts'
import type { HistoryPage, KeyIds, KeyUsage } from './types.ts'

/** How far back the page looks, in days. */
const USAGE_DAYS = 30
/** Events on one page of the history. */
export const HISTORY_LIMIT = 10
const SHOWN_ALERTS = 10

export type KeyPage = {
  /** Undefined where no such provider is installed. */
  provider?: ProviderInfo
  doc?: KeyDoc
  usage?: KeyUsage
  /** For owners. */
  history?: HistoryPage
  alerts: AlertDoc[]
  ids?: KeyIds
}

type LoadOptions = { req: PayloadRequest; tenant: string; provider: string; isOwner: boolean }

/** Everything that a key's page shows, as far as the person may know it. */
export async function loadKeyPage({ req, tenant, provider, isOwner }: LoadOptions): Promise<ApiResult<KeyPage>> {
  const params = { provider }
  const ofKey = '/user-api-keys/:provider'
  const [catalogue, keys, usage, history, alerts, [ids]] = await Promise.all([
    readEndpoint<{ docs: ProviderInfo[] }>({ req, path: '/providers', tenant }),
    readEndpoint<{ docs: KeyDoc[] }>({ req, path: '/user-api-keys', tenant }),
    readEndpoint<KeyUsage>({ req, path: `${ofKey}/usage`, tenant, params, query: { days: String(USAGE_DAYS) } }),
    isOwner
      ? readEndpoint<HistoryPage>({
          req,
          path: `${ofKey}/history`,
          tenant,
          params,
          query: { page: '1', limit: String(HISTORY_LIMIT) },
        })
      : undefined,
    loadAlerts({ req, tenant, provider, limit: SHOWN_ALERTS }),
    readDocs<KeyIds>({
      req,
      collection: PROVIDER_KEYS,
      where: { and: [{ tenant: { equals: tenant } }, { provider: { equals: provider } }] },
    }),
  ])
  if (!catalogue.ok) return catalogue
  if (!keys.ok) return keys
  return {
    ok: true,
    data: {
      provider: catalogue.data.docs.find(({ id }) => id === provider),
      doc: keys.data.docs.find((key) => key.provider === provider),
      usage: usage.ok ? usage.data : undefined,
      history: history?.ok ? history.data : undefined,
      alerts,
      ids: ids && { credentialId: ids.credentialId, version: ids.version },
    },
  }
}
