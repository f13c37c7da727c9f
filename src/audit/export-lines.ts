import { canonicalJson } from './canonical-json.ts'
import type { AuditRow } from './audit-row.ts'

/** The columns of an export as CSV. */
const COLUMNS = [
  'sequence',
  'at',
  'action',
  'result',
  'actorName',
  'actorId',
  'actorKind',
  'provider',
  'credentialId',
  'version',
  'purpose',
  'subjectCollection',
  'subjectId',
  'details',
  'hash',
] as const satisfies (keyof AuditRow)[]

/** The first line of an export as CSV. */
export const CSV_HEADER = `${COLUMNS.join(',')}\r\n`

/** An event as a line of CSV, RFC 4180. https://www.rfc-editor.org/rfc/rfc4180 */
export const toCsvLine = (row: AuditRow): string =>
  `${COLUMNS.map((column) => {
    const value = row[column]
    return toCell(typeof value === 'object' && value !== null ? canonicalJson(value) : value)
  }).join(',')}\r\n`

/** A spreadsheet would calculate what begins so. https://owasp.org/www-community/attacks/CSV_Injection */
const FORMULA = /^[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/

function toCell(value: string | number | boolean | null): string {
  if (value === null) return ''
  if (typeof value === 'number') return String(value)
  const text = String(value)
  const safe = FORMULA.test(text) ? `'${text}` : text
  return /[",\r\n]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** An event as a line of JSON: the canonical form that its hash is made over, with hash and seal added. */
export const toJsonLine = (row: AuditRow): string => `${canonicalJson({ ...row })}\n`
