import type { ProviderInfo } from './types.ts'

/** How a provider stands that ended its service, or will. */
export type Sunset = {
  /** The word of the pill. */
  label: 'Discontinued' | 'Ending'
  /** `Ended 2026-11-13.` */
  when: string
  message: string
}

/** Undefined for a provider that goes on. @param now in ms since the epoch */
export function sunsetOf({ sunset }: Pick<ProviderInfo, 'sunset'>, now = Date.now()): Sunset | undefined {
  if (!sunset) return undefined
  const isOver = Date.parse(sunset.date) <= now
  return {
    label: isOver ? 'Discontinued' : 'Ending',
    when: `${isOver ? 'Ended' : 'Ends'} ${sunset.date}.`,
    message: sunset.message,
  }
}
