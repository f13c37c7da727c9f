'use client'
import { useSyncExternalStore } from 'react'

const neverChanges = () => () => undefined

/**
 * A moment in the reader's own time zone. The server cannot know it and writes UTC, which the browser then replaces.
 * @param props.value ISO 8601
 */
export const LocalTime = ({ value }: { value: string }) => {
  const text = useSyncExternalStore(
    neverChanges,
    () => new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(value)),
    () => `${value.slice(0, 16).replace('T', ' ')} UTC`,
  )
  return <time dateTime={value}>{text}</time>
}
