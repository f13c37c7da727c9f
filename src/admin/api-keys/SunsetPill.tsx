import { Pill } from '@payloadcms/ui'
import { sunsetOf } from './sunset.ts'
import type { ProviderInfo } from './types.ts'

/** Warns of a provider that ended its service, or will. */
export const SunsetPill = ({ provider }: { provider: ProviderInfo }) => {
  const sunset = sunsetOf(provider)
  if (!sunset) return null
  return (
    <Pill className="key-status key-status--sunset" pillStyle="warning" size="small">
      {sunset.label}
    </Pill>
  )
}
