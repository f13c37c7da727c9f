import type { AuditVerdict } from '../../audit/index.ts'
import type { PageLine } from '../output/page.ts'

/** The line of a page on the audit log. */
export function describeAuditLog({ tenants, events, problems }: AuditVerdict): PageLine {
  const title = 'Audit log'
  const read = `${events} event${events === 1 ? '' : 's'} of ${tenants} workspace${tenants === 1 ? '' : 's'}`
  if (problems.length === 0) return { level: 'ok', title, text: `${read}, each in its place and unchanged.` }
  return {
    level: 'problem',
    title,
    text: `It was changed behind the product's back: ${read} were read, and ${problems.length === 1 ? 'this is' : 'these are'} wrong.`,
    items: problems.map(({ tenant, message }) => `workspace ${tenant}: ${message}`),
    todo: 'Find out who can write to the database. A backup tells what the entries said.',
  }
}
