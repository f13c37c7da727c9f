'use client'
import { Banner } from '@payloadcms/ui'
import { CALLS } from '../../collections/slugs.ts'
import type { ApiFailure } from '../data/api-result.ts'
import { collectionUrl } from '../paths.ts'
import { NoNumber } from './NoNumber.tsx'
import { WayOut } from './WayOut.tsx'

type CallRefusalProps = {
  failure: ApiFailure
  /** Told before the page is left by a link. */
  onLeave(): void
}

/** Why a call was not placed, and the way to where that is put right. */
export const CallRefusal = ({ failure, onLeave }: CallRefusalProps) => {
  const { code, details, message } = failure
  if (code === 'no_number') return <NoNumber onLeave={onLeave} />
  const link = linkOf(failure)
  // The fields say it themselves.
  if (code === 'invalid_input' && Array.isArray(details.fields)) {
    return <Banner type="error">The call was not placed: look at what is marked above.</Banner>
  }
  return (
    <Banner type="error">
      {message}{' '}
      {link && (
        <WayOut href={link.url} onLeave={onLeave}>
          {link.label}
        </WayOut>
      )}
    </Banner>
  )
}

function linkOf({ code, details }: ApiFailure): { label: string; url: string } | undefined {
  const { setupUrl, call } = details as { setupUrl?: unknown; call?: { id?: string | number } }
  if (code === 'missing_keys' && typeof setupUrl === 'string') return { label: 'Open API keys', url: setupUrl }
  if (call?.id !== undefined) return { label: 'Open the record of the call', url: collectionUrl(CALLS, call.id) }
  return undefined
}
