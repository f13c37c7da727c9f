'use client'
import { useRouter } from 'next/navigation.js'
import { useEffect, useRef, useState } from 'react'
import { requestApi } from '../data/request-api.ts'
import type { CallDocument } from './types.ts'
import { isLive } from './words.ts'

/** A call's record is written every couple of seconds while somebody speaks. */
const REFRESH_MS = 2_000

/**
 * The newest state of a call: a live one is read again and again until it has ended; then the page is loaded once more
 * for what comes with the end, the recording before all.
 * @param initial as the server rendered it
 * @param tenant the call's workspace
 */
export function useLiveCall({ initial, tenant }: { initial: CallDocument; tenant?: string }) {
  const router = useRouter()
  const [polled, setPolled] = useState<CallDocument>()
  const isNewer = polled?.id === initial.id && polled.updatedAt > initial.updatedAt
  const call = isNewer ? polled : initial
  const live = isLive(call.status)
  const wasLive = useRef(live)

  useEffect(() => {
    if (!live) return
    let isGone = false
    const timer = setInterval(async () => {
      if (document.hidden) return
      const result = await requestApi<CallDocument>({ path: `/calls/${initial.id}?depth=0`, tenant })
      if (result.ok && !isGone) setPolled(result.data)
    }, REFRESH_MS)
    return () => {
      isGone = true
      clearInterval(timer)
    }
  }, [live, initial.id, tenant])

  useEffect(() => {
    if (wasLive.current && !live) router.refresh()
    wasLive.current = live
  }, [live, router])

  return call
}
