import { Banner } from '@payloadcms/ui'
import { notFound } from 'next/navigation.js'
import type { AdminViewServerProps, PayloadRequest } from 'payload'
import { SERVICES, isServiceId } from '../../services/catalogue.ts'
import type { ServiceId } from '../../services/catalogue.ts'
import { requirePerson } from '../data/require-person.ts'
import { workspaceOf } from '../data/workspace.ts'
import { SettingsPage } from '../settings/SettingsPage.tsx'
import { serviceUrl } from './paths.ts'
import { ServiceGuard } from './ServiceGuard.tsx'
import { ServiceHome } from './ServiceHome.tsx'
import './services.css'

/** `/admin/services/:id`: a service, or what it waits for. */
export const ServiceView = (view: AdminViewServerProps) => {
  const id = serviceIn(view)
  requirePerson({ initPageResult: view.initPageResult, url: serviceUrl(id) })
  if (!isServiceId(id)) notFound()
  const { name, description } = SERVICES[id]
  const { req } = view.initPageResult
  return SettingsPage({
    view,
    steps: [{ label: 'Services' }, { label: name }],
    heading: name,
    children: (
      <>
        <p className="settings-page__intro">{description}</p>
        <Content id={id} req={req} />
      </>
    ),
  })
}

/** The last part of the address. */
const serviceIn = ({ params }: AdminViewServerProps): string => {
  const segments = params?.segments
  return String((Array.isArray(segments) ? segments.at(-1) : segments) ?? '')
}

const Content = ({ req, id }: { req: PayloadRequest; id: ServiceId }) => {
  const workspace = workspaceOf(req)
  if (!workspace) return <Banner>Choose a workspace in the menu to see its services.</Banner>
  return (
    <ServiceGuard req={req} service={id} workspace={workspace}>
      <ServiceHome id={id} role={workspace.role} />
    </ServiceGuard>
  )
}
