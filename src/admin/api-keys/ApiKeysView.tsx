import { Banner } from '@payloadcms/ui'
import type { AdminViewServerProps, PayloadRequest } from 'payload'
import { loadOpenAlerts } from '../alerts/load-alerts.ts'
import { readEndpoint } from '../data/read-endpoint.ts'
import { requirePerson } from '../data/require-person.ts'
import { nameOfWorkspace, workspaceOf } from '../data/workspace.ts'
import { API_KEYS_URL } from '../paths.ts'
import { SettingsPage } from '../settings/SettingsPage.tsx'
import { ApiKeys } from './ApiKeys.tsx'
import { KeyHelp } from './KeyHelp.tsx'
import { loadWorkplace } from './load-workplace.ts'
import type { KeyDoc, ProviderInfo, ServiceState } from './types.ts'
import './api-keys.css'

/** `/admin/settings/api-keys`: the keys of the chosen workspace. Owners change them, editors see how they are. */
export const ApiKeysView = (view: AdminViewServerProps) => {
  requirePerson({ initPageResult: view.initPageResult, url: API_KEYS_URL })
  const { req } = view.initPageResult
  return SettingsPage({ view, steps: [{ label: 'API keys' }], heading: 'API keys', children: Content({ req }) })
}

const Content = async ({ req }: { req: PayloadRequest }) => {
  const workspace = workspaceOf(req)
  if (!workspace) return <Banner>Choose a workspace in the menu to see its keys.</Banner>
  if (workspace.role === 'viewer') {
    return <Banner>Viewers do not see keys. Ask an owner of this workspace if you need to.</Banner>
  }
  const tenant = workspace.id
  const [name, catalogue, keys, services, workplace, alerts] = await Promise.all([
    nameOfWorkspace(req, workspace),
    readEndpoint<{ docs: ProviderInfo[] }>({ req, path: '/providers', tenant }),
    readEndpoint<{ docs: KeyDoc[] }>({ req, path: '/user-api-keys', tenant }),
    readEndpoint<{ docs: ServiceState[] }>({ req, path: '/services', tenant }),
    loadWorkplace({ req, tenant }),
    loadOpenAlerts({ req, tenant }),
  ])
  if (!catalogue.ok || !keys.ok || !services.ok) {
    const failed = [catalogue, keys, services].find((result) => !result.ok)
    return <Banner type="error">{failed?.ok === false && failed.message}</Banner>
  }
  const canChange = workspace.role === 'owner'
  return (
    <>
      <p className="settings-page__intro">
        {name || 'This workspace'} pays its providers with these keys. A key is tested before it is saved, kept
        encrypted, and never shown again.
        {!canChange && ' You see how the keys are; owners of the workspace add and change them.'}
      </p>
      <ApiKeys
        canChange={canChange}
        initialAlerts={alerts}
        initialKeys={keys.data.docs}
        initialServices={services.data.docs}
        key={tenant}
        providers={catalogue.data.docs}
        tenant={tenant}
        workplace={workplace}
      />
      <KeyHelp />
    </>
  )
}
