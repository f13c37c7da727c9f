/** How often a key was used, how that went and what it bought, from `/api/user-api-keys/:provider/usage`. */
export type KeyUsage = {
  provider: string
  days: KeyDay[]
  totals: {
    uses: number
    failed: number
    /** 0 to 1; null where it was not used. */
    successRate: number | null
    calls: number
    failures: Record<string, number>
    quantities: Quantity[]
  }
  balance: KeyBalance | null
}

export type KeyDay = {
  /** `2026-11-21`, UTC. */
  day: string
  uses: number
  failures: Record<string, number>
  calls: number
  quantities: Quantity[]
}

export type Quantity = { kind: string; unit: string; quantity: number }

export type KeyBalance = {
  current: number
  unit: string | null
  samples: { at: string; balance: number }[]
  daysToEmpty: number | null
}

/** One page of what was done with a key, from `/api/user-api-keys/:provider/history`. */
export type HistoryPage = { docs: HistoryEntry[]; totalDocs: number; page: number; totalPages: number }

export type HistoryEntry = {
  id: string | number
  at: string
  action: string
  result: 'ok' | 'refused' | 'failed'
  actor: { name: string }
  version?: number | null
  purpose?: string | null
  details?: Record<string, unknown> | null
}

/** What support asks for: names of the key that tell nothing of it. */
export type KeyIds = { credentialId: string; version: number }
