'use client'
import { toast } from '@payloadcms/ui'
import { useCallback, useEffect, useRef, useState } from 'react'
import { toApiResult } from '../../data/api-result.ts'

type PreviewOptions = { provider: string; tenant: string | undefined; voice?: string; model?: string }

export type Preview = {
  state: 'idle' | 'loading' | 'playing'
  play(options: PreviewOptions): void
  stop(): void
}

/** Speaks a sample with the workspace's key and plays it; one at a time. */
export function usePreview(): Preview {
  const [state, setState] = useState<Preview['state']>('idle')
  const audio = useRef<HTMLAudioElement | undefined>(undefined)
  const running = useRef<AbortController | undefined>(undefined)

  const stop = useCallback(() => {
    running.current?.abort()
    audio.current?.pause()
    if (audio.current) URL.revokeObjectURL(audio.current.src)
    audio.current = undefined
    setState('idle')
  }, [])

  useEffect(() => stop, [stop])

  const play = async ({ provider, tenant, ...body }: PreviewOptions) => {
    stop()
    const controller = new AbortController()
    running.current = controller
    setState('loading')
    try {
      const response = await fetch(`/api/providers/${encodeURIComponent(provider)}/voices/preview`, {
        method: 'POST',
        credentials: 'include',
        signal: controller.signal,
        headers: { 'Content-Type': 'application/json', ...(tenant === undefined ? {} : { 'X-Tenant': tenant }) },
        body: JSON.stringify(body),
      })
      if (!response.ok) {
        const refusal = await toApiResult(response)
        if (!refusal.ok && !controller.signal.aborted) toast.error(refusal.message)
        setState('idle')
        return
      }
      const sound = new Audio(URL.createObjectURL(await response.blob()))
      if (controller.signal.aborted) return
      audio.current = sound
      sound.addEventListener('ended', stop)
      await sound.play()
      setState('playing')
    } catch {
      if (controller.signal.aborted) return
      toast.error('The preview could not be played.')
      stop()
    }
  }

  return { state, play: (options) => void play(options), stop }
}
