import { Link } from '@payloadcms/ui'
import { LocalTime } from '../elements/LocalTime.tsx'
import { keyUrl } from '../paths.ts'
import { isEndingSoon } from './needs-attention.ts'
import { sunsetOf } from './sunset.ts'
import type { KeyDoc, ProviderInfo } from './types.ts'

type KeyNoticesProps = {
  provider: ProviderInfo
  doc?: KeyDoc
  /** Set on the key's own page, which has the controls that are linked to elsewhere. */
  isOwnPage?: boolean
}

/** What is to be known of a key beside its state: that it ends, that its provider does, where else it comes from. */
export const KeyNotices = ({ provider, doc, isOwnPage = false }: KeyNoticesProps) => (
  <>
    <SunsetNotice provider={provider} />
    {doc?.expiresAt && isEndingSoon(doc.expiresAt) && (
      <p className="key-notice key-notice--warning">
        {Date.parse(doc.expiresAt) < Date.now() ? 'Expired on' : 'Expires on'} <LocalTime value={doc.expiresAt} />.
        Replace it with a new key.
      </p>
    )}
    {doc?.former && (
      <p className="key-notice">
        Version {doc.version} replaced version {doc.former.version}, which is kept until{' '}
        <LocalTime value={doc.former.until} />.{' '}
        {!isOwnPage && (
          <Link href={keyUrl(provider.id)} prefetch={false}>
            Roll back
          </Link>
        )}
      </p>
    )}
    {doc?.source === 'environment' && (
      <p className="key-notice">Comes from a variable of this machine, for development.</p>
    )}
  </>
)

const SunsetNotice = ({ provider }: { provider: ProviderInfo }) => {
  const sunset = sunsetOf(provider)
  if (!sunset) return null
  return (
    <p className="key-notice key-notice--warning">
      <strong>{sunset.when}</strong> {sunset.message}
    </p>
  )
}
