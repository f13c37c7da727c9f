import type { Payload } from 'payload'
import { compositionOf } from '../composition.ts'
import { fullFixUrl, providerName } from './alert-facts.ts'
import type { Workspace } from './alert-facts.ts'
import type { AlertRecord, AlertSeverity } from './alert-record.ts'

export type EmailMessage = { subject: string; text: string; html: string }

const SEVERITY_WORDS: Record<AlertSeverity, string> = { info: 'Note', warning: 'Warning', critical: 'Critical' }
const MAX_SUBJECT = 150

/** What the owners of a workspace are told of its alerts, several in one mail. */
export function createEmailMessage({
  payload,
  workspace,
  alerts,
}: {
  payload: Payload
  workspace: Workspace
  alerts: readonly AlertRecord[]
}): EmailMessage {
  const { publicUrl } = compositionOf(payload).environment
  const listUrl = `${publicUrl}/admin/collections/alerts`
  const entries = alerts.map((alert) => ({
    title: [SEVERITY_WORDS[alert.severity], providerName(payload, alert.provider)].filter(Boolean).join(': '),
    message: alert.message,
    when: `${new Date(alert.raisedAt).toISOString().slice(0, 16).replace('T', ' ')} UTC${alert.resolvedAt ? ', resolved since' : ''}`,
    fixUrl: fullFixUrl(payload, alert.fixUrl),
  }))
  const why = `You get this because you own the workspace ${workspace.name}. Its alert settings say who is told.`
  const text = [
    ...entries.map(({ title, message, when, fixUrl }) =>
      [`${title} (${when})`, message, ...(fixUrl ? [`Mend it: ${fixUrl}`] : [])].join('\n'),
    ),
    `All alerts: ${listUrl}`,
    why,
  ].join('\n\n')
  const html = [
    ...entries.map(
      ({ title, message, when, fixUrl }) =>
        `<p><strong>${escapeHtml(title)}</strong> <small>${escapeHtml(when)}</small><br>${escapeHtml(message)}` +
        `${fixUrl ? `<br><a href="${escapeHtml(fixUrl)}">Mend it</a>` : ''}</p>`,
    ),
    `<p><a href="${escapeHtml(listUrl)}">All alerts</a></p><p><small>${escapeHtml(why)}</small></p>`,
  ].join('\n')
  return { subject: subjectOf({ payload, workspace, alerts }), text: `${text}\n`, html }
}

function subjectOf({
  payload,
  workspace,
  alerts,
}: {
  payload: Payload
  workspace: Workspace
  alerts: readonly AlertRecord[]
}): string {
  const names = [...new Set(alerts.flatMap(({ provider }) => providerName(payload, provider) ?? []))].join(', ')
  const [first] = alerts
  const what = alerts.length === 1 && first ? first.message : `${alerts.length} alerts`
  const subject = [workspace.name, names, what].filter(Boolean).join(' · ')
  // What people type as a name may hold a line break, which would begin another header.
  const line = subject.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
  return line.length > MAX_SUBJECT ? `${line.slice(0, MAX_SUBJECT - 1)}…` : line
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character)
