'use client'
import { useEffect, useState } from 'react'
import { toClock } from './format.ts'
import type { CallDocument } from './types.ts'

/** How long a call lasted, or has lasted by now; undefined where nobody has answered. Goes on by itself while it lives. */
export function useDuration({ status, answeredAt, durationSeconds }: CallDocument): string | undefined {
  const isTalking = status === 'in-progress' && Boolean(answeredAt)
  const [now, setNow] = useState<number>()

  useEffect(() => {
    if (!isTalking) return
    setNow(Date.now())
    const timer = setInterval(() => setNow(Date.now()), 1_000)
    return () => clearInterval(timer)
  }, [isTalking])

  if (isTalking) return now && answeredAt ? toClock(Math.max(0, now - Date.parse(answeredAt)) / 1_000) : undefined
  return answeredAt && typeof durationSeconds === 'number' ? toClock(durationSeconds) : undefined
}
