type Condition = Record<string, Record<string, unknown> | undefined>

/** Which filters of the list the export knows too, by field and operator. */
const PARAMETERS: Record<string, Record<string, string>> = {
  action: { equals: 'action' },
  provider: { equals: 'provider' },
  result: { equals: 'result' },
  actorName: { equals: 'actor', contains: 'actor', like: 'actor' },
  at: { greater_than: 'from', greater_than_equal: 'from', less_than: 'to', less_than_equal: 'to' },
}

/**
 * The parameters of the export that gives what a list shows.
 * @param options.where as the list's address holds it; alternatives are left out, and the whole log is exported
 */
export function toExportQuery({ format, where }: { format: 'csv' | 'jsonl'; where: unknown }): string {
  const parameters = new URLSearchParams({ format })
  for (const condition of conditionsOf(where)) {
    for (const [field, operators] of Object.entries(condition)) {
      for (const [operator, value] of Object.entries(operators ?? {})) {
        const name = PARAMETERS[field]?.[operator]
        if (name !== undefined && typeof value === 'string' && value !== '') parameters.set(name, value)
      }
    }
  }
  return parameters.toString()
}

function conditionsOf(where: unknown): Condition[] {
  const { or, and, ...plain } = (where ?? {}) as { or?: unknown[]; and?: unknown[] } & Condition
  if (Array.isArray(or)) return or.length === 1 ? conditionsOf(or[0]) : []
  if (Array.isArray(and)) return and.flatMap(conditionsOf)
  return [plain]
}
