'use client'
import { useEffect, useEffectEvent, useState } from 'react'

/**
 * The id after `#` in the address. Its element is brought into view and takes the focus, also where the page came to be
 * after the address was opened.
 * @param options.onArrive told first, to make room for an element that is hidden
 */
export function useHighlight({ onArrive }: { onArrive(): void }): string | undefined {
  const [highlighted, setHighlighted] = useState<string>()
  const arrive = useEffectEvent(() => {
    const id = window.location.hash.slice(1)
    if (!id) return
    onArrive()
    setHighlighted(id)
  })
  useEffect(() => {
    arrive()
    const follow = () => arrive()
    window.addEventListener('hashchange', follow)
    return () => window.removeEventListener('hashchange', follow)
  }, [])
  useEffect(() => {
    const element = highlighted === undefined ? null : document.getElementById(highlighted)
    element?.scrollIntoView({ block: 'center' })
    element?.focus({ preventScroll: true })
  }, [highlighted])
  return highlighted
}
