'use client'
import { useSyncExternalStore } from 'react'

const neverChanges = () => () => undefined

/**
 * A moment in the reader's own time zone. The server cannot know it and writes UTC, which the browser then replaces.
 * @param props.value ISO 8601
 * @param props.isExact shows seconds too
 */
export const LocalTime = ({ value, isExact = false }: { value: string; isExact?: boolean }) => {
  const text = useSyncExternalStore(
    neverChanges,
    () =>
      new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: isExact ? 'medium' : 'short' }).format(
        new Date(value),
      ),
    () => `${value.slice(0, isExact ? 19 : 16).replace('T', ' ')} UTC`,
  )
  return <time dateTime={value}>{text}</time>
}
