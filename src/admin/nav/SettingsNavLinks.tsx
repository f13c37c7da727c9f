'use client'
import { Link, NavGroup } from '@payloadcms/ui'
import { usePathname } from 'next/navigation.js'
import { API_KEYS_URL } from '../paths.ts'

/** Links to the pages that belong to no collection, as Payload draws its own. */
export const SettingsNavLinks = () => {
  const isActive = usePathname() === API_KEYS_URL
  const label = (
    <>
      {isActive && <div className="nav__link-indicator" />}
      <span className="nav__link-label">API keys</span>
    </>
  )
  return (
    <NavGroup label="Settings">
      {isActive ? (
        <div className="nav__link" id="nav-api-keys">
          {label}
        </div>
      ) : (
        <Link className="nav__link" href={API_KEYS_URL} id="nav-api-keys" prefetch={false}>
          {label}
        </Link>
      )}
    </NavGroup>
  )
}
