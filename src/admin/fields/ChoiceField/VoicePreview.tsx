'use client'
import { Button } from '@payloadcms/ui'
import { usePreview } from './use-preview.ts'

type VoicePreviewProps = {
  provider: string
  tenant: string | undefined
  /** Empty takes the provider's default. */
  voice: string
  model: string
}

const LABELS = { idle: 'Play a sample', loading: 'Speaking …', playing: 'Stop' } as const

/** Lets an author hear the chosen voice as callers will. */
export const VoicePreview = ({ provider, tenant, voice, model }: VoicePreviewProps) => {
  const { state, play, stop } = usePreview()
  const toggle = () =>
    state === 'playing' ? stop() : play({ provider, tenant, ...(voice ? { voice } : {}), ...(model ? { model } : {}) })

  return (
    <Button
      aria-busy={state === 'loading'}
      buttonStyle="secondary"
      disabled={state === 'loading'}
      margin={false}
      onClick={toggle}
      size="small"
      tooltip="Spoken with your own key: a few dozen characters."
    >
      {LABELS[state]}
    </Button>
  )
}
