import { parsePrivateDestination } from '../net/private-destination.ts'
import type { PrivateDestination } from '../net/private-destination.ts'

export type { PrivateDestination } from '../net/private-destination.ts'

const entriesOf = (list: string): string[] =>
  list
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')

/** Whether every entry of a comma-separated list is a range or a host with a port. */
export const arePrivateDestinations = (list: string): boolean =>
  entriesOf(list).every((entry) => parsePrivateDestination(entry) !== undefined)

/** The entries of such a list. */
export const readPrivateDestinations = (list: string): PrivateDestination[] =>
  entriesOf(list).flatMap((entry) => parsePrivateDestination(entry) ?? [])
