'use client'
import { Link, NavGroup } from '@payloadcms/ui'
import { usePathname } from 'next/navigation.js'
import { ALERTS_URL, API_KEYS_URL } from '../paths.ts'

const LINKS = [
  { id: 'nav-api-keys', label: 'API keys', url: API_KEYS_URL },
  { id: 'nav-alerts', label: 'Alerts', url: ALERTS_URL },
] as const

/** Links to the pages that belong to no collection, as Payload draws its own. */
export const SettingsNavLinks = () => {
  const pathname = usePathname()
  return (
    <NavGroup label="Settings">
      {LINKS.map((link) => (
        <SettingsLink key={link.id} {...link} pathname={pathname} />
      ))}
    </NavGroup>
  )
}

type SettingsLinkProps = (typeof LINKS)[number] & { pathname: string }

/** The page that is open is marked, and no link where it is open itself. */
const SettingsLink = ({ id, label, url, pathname }: SettingsLinkProps) => {
  const isHere = pathname === url
  const content = (
    <>
      {(isHere || pathname.startsWith(`${url}/`)) && <div className="nav__link-indicator" />}
      <span className="nav__link-label">{label}</span>
    </>
  )
  return isHere ? (
    <div className="nav__link" id={id}>
      {content}
    </div>
  ) : (
    <Link className="nav__link" href={url} id={id} prefetch={false}>
      {content}
    </Link>
  )
}
