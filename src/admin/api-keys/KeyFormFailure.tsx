'use client'
import { Banner } from '@payloadcms/ui'
import type { ApiFailure } from '../data/api-result.ts'
import { Verdict } from './Verdict.tsx'
import type { KeyCheck, ProviderInfo } from './types.ts'

type KeyFormFailureProps = { failure: ApiFailure; provider: ProviderInfo; waitSeconds: number; onStale(): void }

/** Why a key was not tested or not saved, and what to do. */
export const KeyFormFailure = ({ failure, provider, waitSeconds, onStale }: KeyFormFailureProps) => {
  const { code, message, details } = failure
  if (code === 'invalid_input') return null
  if (code === 'key_rejected') {
    const { message: reason, fixUrl } = details.check as KeyCheck
    return (
      <>
        <p className="key-form__refusal">{provider.name} does not accept this key, so it was not saved.</p>
        <Verdict providerName={provider.name} verdict={{ status: 'rejected', message: reason, fixUrl }} />
      </>
    )
  }
  if (code === 'key_exists') {
    return (
      <Banner type="warning">
        Somebody saved a {provider.name} key meanwhile.{' '}
        <button className="link-button" onClick={onStale} type="button">
          Show it
        </button>
      </Banner>
    )
  }
  if (code === 'too_many_checks') {
    return (
      <Banner type="warning">
        {waitSeconds > 0
          ? `Too many tests in a short time. You can go on in ${waitSeconds} s.`
          : 'You can test and save again now.'}
      </Banner>
    )
  }
  return <Banner type="error">{message}</Banner>
}
