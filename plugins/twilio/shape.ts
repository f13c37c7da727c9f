/** True for a JSON object (neither null nor an array). */
export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The value if it is a string, else undefined. */
export const optionalString = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)
