import { toolNameOf } from '../tool-types.ts'
import type { ToolType } from '../tool-types.ts'
import { isPublished } from './is-published.ts'

type Row = { type?: ToolType; destinations?: { name?: string | null }[] | null }

/** @returns true, or a sentence that says what to change */
export function validateTools(rows: unknown, data: unknown): true | string {
  const tools = Array.isArray(rows) ? (rows as Row[]) : []
  const types = tools.flatMap(({ type }) => (type ? [type] : []))
  const twice = types.find((type, index) => types.indexOf(type) < index)
  if (twice) return `“${toolNameOf(twice)}” is there twice. Once is enough.`
  const transfer = tools.find(({ type }) => type === 'transfer-call')
  const names = (transfer?.destinations ?? []).map(({ name }) => name?.trim().toLowerCase() ?? '')
  if (transfer && names.length === 0 && isPublished(data)) {
    return `Add a destination to “${toolNameOf('transfer-call')}” before you publish.`
  }
  const sameName = names.find((name, index) => name !== '' && names.indexOf(name) < index)
  return sameName === undefined || `Two destinations are called “${sameName}”. Give each a name of its own.`
}
