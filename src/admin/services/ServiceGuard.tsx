import { Banner } from '@payloadcms/ui'
import type { PayloadRequest } from 'payload'
import type { ReactNode } from 'react'
import type { ServiceState } from '../../services/check-service.ts'
import type { ServiceId } from '../../services/catalogue.ts'
import { readEndpoint } from '../data/read-endpoint.ts'
import type { Workspace } from '../data/workspace.ts'
import { MissingKeys } from './MissingKeys.tsx'
import { needsOf } from './needs-of.ts'
import './services.css'

type ServiceGuardProps = {
  req: PayloadRequest
  service: ServiceId
  workspace: Workspace
  /** The service itself: drawn only where its keys are there and work. */
  children: ReactNode
}

/** Shows a service to a workspace that has the keys for it, and in its place what is missing to one that has not. */
export const ServiceGuard = async ({ req, service, workspace, children }: ServiceGuardProps) => {
  const tenant = workspace.id
  const [state, catalogue] = await Promise.all([
    readEndpoint<ServiceState>({ req, path: '/services/:id', params: { id: service }, tenant }),
    readEndpoint<{ docs: { id: string; name: string }[] }>({ req, path: '/providers', tenant }),
  ])
  if (!state.ok || !catalogue.ok) {
    const failed = [state, catalogue].find((result) => !result.ok)
    return <Banner type="error">{failed?.ok === false && failed.message}</Banner>
  }
  if (state.data.ready) return children
  const names = Object.fromEntries(catalogue.data.docs.map(({ id, name }) => [id, name]))
  const { isPlanned, name } = state.data
  return (
    <MissingKeys
      canFix={workspace.role === 'owner'}
      isPlanned={isPlanned}
      rows={needsOf({ needs: state.data.needs, names })}
      serviceName={name}
    />
  )
}
