import type { Payload } from 'payload'

export const HEALTH_QUEUE = 'key-health'
export const HEALTH_TASK = 'key-health'

export async function prepareHealthRound(_payload: Payload): Promise<boolean> {
  return false
}

export async function runHealthRound(_options: { payload: Payload }): Promise<void> {}
