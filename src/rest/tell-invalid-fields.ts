import type { AfterErrorHook } from 'payload'

type InvalidField = { path?: string; label?: unknown; message?: string }
type Invalid = { name?: unknown; message: string; data?: (Record<string, unknown> & { errors?: unknown }) | null }

/**
 * Says which fields are wrong, and why, so that a form can show it at each. Payload would say so too, but knows its own
 * error by `instanceof`: the built pages hold a copy of Payload that does not know those of the server's.
 *
 * Where it is one field, the message says what is wrong with it: what is asked for in publishing alone does not stay at
 * the field, which is looked at as a draft's again.
 */
export const tellInvalidFields: AfterErrorHook = ({ error }) => {
  const { name, message, data } = error as Invalid
  if (name !== 'ValidationError' || !data || !Array.isArray(data.errors)) return undefined
  const [first, ...others] = data.errors as InvalidField[]
  const isOne = first?.message !== undefined && others.length === 0
  return { response: { errors: [{ name, message: isOne ? tell(first) : message, data }] } }
}

const tell = ({ label, path = '', message }: InvalidField): string =>
  `${(typeof label === 'string' ? label : path).replaceAll(' > ', ' → ')} · ${message}`
