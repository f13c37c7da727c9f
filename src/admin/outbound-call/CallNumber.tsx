'use client'
import { useTenantSelection } from '@payloadcms/plugin-multi-tenant/client'
import { useAuth, useDocumentInfo, useFormFields } from '@payloadcms/ui'
import { roleIn } from '../data/workspace.ts'
import { CallControl } from './CallControl.tsx'

/**
 * “Call a number” on the page of a voice agent, for those who may place calls. Other agents, those that are new or in the
 * trash, and people who only read have none.
 */
export const CallNumber = () => {
  const { id, hasPublishedDoc, isTrashed } = useDocumentInfo()
  const { user } = useAuth()
  const { selectedTenantID } = useTenantSelection()
  const kind = useFormFields(([fields]) => fields?.kind?.value)
  const formTenant = useFormFields(([fields]) => fields?.tenant?.value)
  const tenant = textOf(formTenant) || textOf(selectedTenantID)
  const role = tenant ? roleIn({ user, tenant }) : undefined
  if (id === undefined || isTrashed || kind !== 'voice' || (role !== 'owner' && role !== 'editor')) return null
  return <CallControl agent={id} isPublished={hasPublishedDoc} tenant={tenant} />
}

const textOf = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value) : '')
