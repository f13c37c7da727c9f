import type { Where } from 'payload'

/** How many open alerts a page shows. */
export const SHOWN_ALERTS = 5

/** Alerts that nobody has seen to yet: neither mended nor acknowledged. */
export const openAlerts = (tenant: string, provider?: string): Where => ({
  and: [
    { tenant: { equals: tenant } },
    { resolvedAt: { exists: false } },
    { acknowledgedAt: { exists: false } },
    ...(provider === undefined ? [] : [{ provider: { equals: provider } }]),
  ],
})

/** The same over REST, the latest first. */
export function openAlertsPath(tenant: string): string {
  const conditions = {
    'where[and][0][tenant][equals]': tenant,
    'where[and][1][resolvedAt][exists]': 'false',
    'where[and][2][acknowledgedAt][exists]': 'false',
    sort: '-raisedAt',
    depth: '0',
    limit: String(SHOWN_ALERTS),
  }
  return `/alerts?${new URLSearchParams(conditions)}`
}
