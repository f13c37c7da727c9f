import { randomUUID } from 'node:crypto'
import { createProviderPace } from './provider-pace.ts'
import type { ProviderPace } from './provider-pace.ts'

/** What one process keeps of its turns at looking after everybody's keys. */
export type HealthRounds = {
  /** Names this process in the lease. */
  readonly holder: string
  readonly pace: ProviderPace
  /** Whether this process takes turns at all. */
  isOn: boolean
  /** Aborts when the process closes. */
  readonly stopping: AbortController
  /** Until when the work is this process's, in ms since the epoch. */
  heldUntil: number
  /** The round under way. */
  round: Promise<unknown>
  /** When dates were last looked at, in ms since the epoch. */
  datesSeenAt: number
}

export const createHealthRounds = (): HealthRounds => ({
  holder: randomUUID(),
  pace: createProviderPace(),
  isOn: false,
  stopping: new AbortController(),
  heldUntil: 0,
  round: Promise.resolve(),
  datesSeenAt: 0,
})
