import type { AfterErrorHook } from 'payload'

type Invalid = { name?: unknown; message?: unknown; data?: { errors?: unknown } | null }

/**
 * Says which fields are wrong, and why, so that a form can show it at each. Payload would say so too, but knows its own
 * error by `instanceof`: the built pages hold a copy of Payload that does not know those of the server's.
 */
export const tellInvalidFields: AfterErrorHook = ({ error }) => {
  const { name, message, data } = error as Invalid
  if (name !== 'ValidationError' || !Array.isArray(data?.errors)) return undefined
  return { response: { errors: [{ name, message, data }] } }
}
