'use client'
import { Banner, useAuth } from '@payloadcms/ui'
import { PHONE_NUMBERS } from '../../collections/slugs.ts'
import { API_KEYS_URL, collectionUrl } from '../paths.ts'
import { WayOut } from './WayOut.tsx'

type NoNumberProps = {
  /** Carriers of the numbers that are there and cannot be called from. */
  carriers?: readonly string[]
  /** Told before the page is left by a link. */
  onLeave(): void
}

/** That there is no number to call from, and the way to one. */
export const NoNumber = ({ carriers = [], onLeave }: NoNumberProps) => {
  const { permissions } = useAuth()
  if (carriers.length > 0) {
    return (
      <Banner type="error">
        The key of {carriers.join(' and ')} is missing or does not work, so no number of this workspace can be called
        from.{' '}
        <WayOut href={API_KEYS_URL} onLeave={onLeave}>
          Open API keys
        </WayOut>
      </Banner>
    )
  }
  return (
    <Banner type="error">
      This workspace has no phone number to call from yet.{' '}
      {permissions?.collections?.[PHONE_NUMBERS]?.create ? (
        <WayOut href={collectionUrl(PHONE_NUMBERS, 'create')} onLeave={onLeave}>
          Add a number
        </WayOut>
      ) : (
        'Ask an owner to add one.'
      )}
    </Banner>
  )
}
