import type { ApiFailure } from './api-result.ts'

/** The fields that an answer complains of, by name, each with a sentence. */
export const fieldsOf = ({ details }: ApiFailure): Record<string, string> =>
  Object.fromEntries(
    ((details.fields ?? []) as { field: string; message: string }[]).map(({ field, message }) => [field, message]),
  )
