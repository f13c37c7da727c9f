'use client'
import { useSyncExternalStore } from 'react'
import { timeAgo } from './time-ago.ts'

const neverChanges = () => () => undefined

/**
 * How long ago something was, or how soon it comes: "5 minutes ago". The exact moment is its title. The server writes
 * the day, which the browser then replaces.
 * @param props.value ISO 8601
 */
export const TimeAgo = ({ value }: { value: string }) => {
  const text = useSyncExternalStore(
    neverChanges,
    () => timeAgo({ value, now: Date.now() }),
    () => value.slice(0, 10),
  )
  return (
    <time dateTime={value} title={value}>
      {text}
    </time>
  )
}
