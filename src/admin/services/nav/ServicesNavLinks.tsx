'use client'
import { Link, NavGroup } from '@payloadcms/ui'
import { usePathname } from 'next/navigation.js'

type ServiceLink = { id: string; label: string; url: string }

/** Links to the services, as Payload draws its own. */
export const ServicesNavLinks = ({ links }: { links: ServiceLink[] }) => {
  const pathname = usePathname()
  return (
    <NavGroup label="Services">
      {links.map(({ id, label, url }) => {
        const isHere = pathname === url
        const content = (
          <>
            {isHere && <div className="nav__link-indicator" />}
            <span className="nav__link-label">{label}</span>
          </>
        )
        return isHere ? (
          <div className="nav__link" id={`nav-service-${id}`} key={id}>
            {content}
          </div>
        ) : (
          <Link className="nav__link" href={url} id={`nav-service-${id}`} key={id} prefetch={false}>
            {content}
          </Link>
        )
      })}
    </NavGroup>
  )
}
