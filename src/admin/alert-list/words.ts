import type { Pill } from '@payloadcms/ui'
import type { ComponentProps } from 'react'

export type PillWords = { label: string; pill: ComponentProps<typeof Pill>['pillStyle'] }

const SEVERITIES: Readonly<Record<string, PillWords>> = {
  info: { label: 'Note', pill: 'light' },
  warning: { label: 'Warning', pill: 'warning' },
  critical: { label: 'Critical', pill: 'error' },
}

/** How grave an alert is. */
export const severityWords = (severity: unknown): PillWords =>
  SEVERITIES[String(severity)] ?? { label: String(severity ?? ''), pill: 'light' }

/** Where an alert stands: somebody has to see to it, has said so, or it is over. */
export function stateWords({
  resolvedAt,
  acknowledgedAt,
}: {
  resolvedAt?: unknown
  acknowledgedAt?: unknown
}): PillWords {
  if (resolvedAt) return { label: 'Resolved', pill: 'success' }
  return acknowledgedAt ? { label: 'Acknowledged', pill: 'light' } : { label: 'Open', pill: 'warning' }
}

const CHANNELS: Readonly<Record<string, string>> = { email: 'E-mail', webhook: 'Webhook' }

const REASONS: Readonly<Record<string, string>> = {
  accepted: 'taken by the mail server',
  unreachable: 'not reached',
  'nobody-to-tell': 'nobody to tell',
  'not-set-up': 'not set up any more',
}

/** What came of an attempt to send an alert, in a line. */
export function deliveryLine({
  channel,
  ok,
  status,
}: {
  channel: string
  ok: boolean
  status: number | string
}): string {
  const answer = typeof status === 'number' ? `answered ${status}` : (REASONS[status] ?? status)
  return `${CHANNELS[channel] ?? channel}: ${ok ? 'sent' : 'not sent'}, ${answer}`
}
