'use client'
import { Banner, Link, useAuth } from '@payloadcms/ui'
import { PHONE_NUMBERS } from '../../collections/slugs.ts'
import { API_KEYS_URL, collectionUrl } from '../paths.ts'

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
        <Link href={API_KEYS_URL} onClick={onLeave} prefetch={false}>
          Open API keys
        </Link>
      </Banner>
    )
  }
  return (
    <Banner type="error">
      This workspace has no phone number to call from yet.{' '}
      {permissions?.collections?.[PHONE_NUMBERS]?.create ? (
        <Link href={collectionUrl(PHONE_NUMBERS, 'create')} onClick={onLeave} prefetch={false}>
          Add a number
        </Link>
      ) : (
        'Ask an owner to add one.'
      )}
    </Banner>
  )
}
