import { Link } from '@payloadcms/ui'
import { keyUrl } from '../paths.ts'
import type { AlertDoc } from './types.ts'

/** Where an alert is mended: at the provider, or on the key's own page. */
export const AlertFix = ({ alert: { fixUrl, provider } }: { alert: AlertDoc }) => {
  if (fixUrl && /^https?:/.test(fixUrl)) {
    return (
      <a href={fixUrl} rel="noreferrer" target="_blank">
        Fix it at the provider <span aria-hidden="true">↗</span>
      </a>
    )
  }
  if (provider) {
    return (
      <Link href={keyUrl(provider)} prefetch={false}>
        Open the key
      </Link>
    )
  }
  return null
}
