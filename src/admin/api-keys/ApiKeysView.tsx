import { DefaultTemplate } from '@payloadcms/next/templates'
import { Banner, Gutter, HydrateAuthProvider, SetStepNav } from '@payloadcms/ui'
import type { AdminViewServerProps, PayloadRequest } from 'payload'
import { readEndpoint } from '../data/read-endpoint.ts'
import { requirePerson } from '../data/require-person.ts'
import { nameOfWorkspace, workspaceOf } from '../data/workspace.ts'
import { API_KEYS_URL } from '../paths.ts'
import { ApiKeys } from './ApiKeys.tsx'
import type { KeyDoc, ProviderInfo, ServiceState } from './types.ts'
import './api-keys.css'

/** `/admin/settings/api-keys`: the keys of the chosen workspace. Owners change them, editors see how they are. */
export const ApiKeysView = async ({ initPageResult, params, searchParams, user }: AdminViewServerProps) => {
  requirePerson({ initPageResult, url: API_KEYS_URL })
  const { req, permissions, locale, visibleEntities } = initPageResult
  return (
    <DefaultTemplate
      i18n={req.i18n}
      locale={locale}
      params={params}
      payload={req.payload}
      permissions={permissions}
      req={req}
      searchParams={searchParams}
      user={user}
      visibleEntities={{ collections: visibleEntities.collections, globals: visibleEntities.globals }}
    >
      <HydrateAuthProvider permissions={permissions} />
      <SetStepNav nav={[{ label: 'API keys' }]} />
      <Gutter className="api-keys">
        <h1 className="api-keys__heading">API keys</h1>
        {await Content({ req })}
      </Gutter>
    </DefaultTemplate>
  )
}

const Content = async ({ req }: { req: PayloadRequest }) => {
  const workspace = workspaceOf(req)
  if (!workspace) return <Banner>Choose a workspace in the menu to see its keys.</Banner>
  if (workspace.role === 'viewer') {
    return <Banner>Viewers do not see keys. Ask an owner of this workspace if you need to.</Banner>
  }
  const tenant = workspace.id
  const [name, catalogue, keys, service] = await Promise.all([
    nameOfWorkspace(req, workspace),
    readEndpoint<{ docs: ProviderInfo[] }>({ req, path: '/providers', tenant }),
    readEndpoint<{ docs: KeyDoc[] }>({ req, path: '/user-api-keys', tenant }),
    readEndpoint<{ docs: ServiceState[] }>({ req, path: '/services', tenant }),
  ])
  if (!catalogue.ok || !keys.ok) {
    const failed = [catalogue, keys].find((result) => !result.ok)
    return <Banner type="error">{failed?.ok === false && failed.message}</Banner>
  }
  const canChange = workspace.role === 'owner'
  return (
    <>
      <p className="api-keys__intro">
        {name} pays its providers with these keys. A key is tested before it is saved, kept encrypted, and never shown
        again.
        {!canChange && ' You see how the keys are; owners of the workspace add and change them.'}
      </p>
      <ApiKeys
        canChange={canChange}
        initialKeys={keys.data.docs}
        initialService={service.ok ? service.data.docs.find(({ id }) => id === 'ai-calling') : undefined}
        key={tenant}
        providers={catalogue.data.docs}
        tenant={tenant}
      />
    </>
  )
}
