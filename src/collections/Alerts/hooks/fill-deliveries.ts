import type { CollectionBeforeReadHook } from 'payload'

type Outcome = { at: string }

/** Joins what each channel has written of its attempts into one list, oldest first. */
export const fillDeliveries: CollectionBeforeReadHook = ({ doc }) => ({
  ...doc,
  deliveries: [...toDeliveries('email', doc.emailOutcomes), ...toDeliveries('webhook', doc.webhookOutcomes)].sort(
    (one, other) => one.at.localeCompare(other.at),
  ),
})

const toDeliveries = (channel: string, outcomes: unknown) =>
  ((outcomes as Outcome[] | null | undefined) ?? []).map((outcome) => ({ channel, ...outcome }))
