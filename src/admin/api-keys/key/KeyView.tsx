import { Banner, Link, SetStepNav } from '@payloadcms/ui'
import type { AdminViewServerProps, PayloadRequest } from 'payload'
import { requirePerson } from '../../data/require-person.ts'
import { workspaceOf } from '../../data/workspace.ts'
import { API_KEYS_URL, keyUrl } from '../../paths.ts'
import { SettingsPage } from '../../settings/SettingsPage.tsx'
import { HealthSection } from './HealthSection.tsx'
import { HistorySection } from './HistorySection.tsx'
import { KeyAlerts } from './KeyAlerts.tsx'
import { KeyHeader } from './KeyHeader.tsx'
import { loadKeyPage } from './load-key-page.ts'
import { SupportIds } from './SupportIds.tsx'
import { WhoPays } from './WhoPays.tsx'
import '../key-form.css'
import '../provider-card.css'
import './key-page.css'
import './usage.css'

/** `/admin/settings/api-keys/:provider`: everything about one key. Owners act on it, editors see how it is. */
export const KeyView = (view: AdminViewServerProps) => {
  const provider = providerIn(view)
  requirePerson({ initPageResult: view.initPageResult, url: keyUrl(provider) })
  const { req } = view.initPageResult
  const steps = [{ label: 'API keys', url: API_KEYS_URL }]
  return SettingsPage({ view, steps, children: Content({ req, provider }) })
}

/** The last part of the address. */
const providerIn = ({ params }: AdminViewServerProps): string => {
  const segments = params?.segments
  return String((Array.isArray(segments) ? segments.at(-1) : segments) ?? '')
}

const Content = async ({ req, provider: id }: { req: PayloadRequest; provider: string }) => {
  const workspace = workspaceOf(req)
  if (!workspace) return <Banner>Choose a workspace in the menu to see its keys.</Banner>
  if (workspace.role === 'viewer') {
    return <Banner>Viewers do not see keys. Ask an owner of this workspace if you need to.</Banner>
  }
  const isOwner = workspace.role === 'owner'
  const page = await loadKeyPage({ req, tenant: workspace.id, provider: id, isOwner })
  if (!page.ok) return <Banner type="error">{page.message}</Banner>
  const { provider, doc, usage, history, alerts, ids } = page.data
  if (!provider) {
    return (
      <Banner>
        No such provider is installed. <Link href={API_KEYS_URL}>See the keys that there are</Link>
      </Banner>
    )
  }
  const shared = { provider, tenant: workspace.id }
  const hasOpenAlert = alerts.some(({ resolvedAt, acknowledgedAt }) => !resolvedAt && !acknowledgedAt)
  const alertSection = <KeyAlerts {...shared} alerts={alerts} canAcknowledge={isOwner} />
  return (
    <div className="key-page">
      <SetStepNav nav={[{ label: 'API keys', url: API_KEYS_URL }, { label: provider.name }]} />
      <KeyHeader {...shared} canChange={isOwner} doc={doc} history={history?.docs ?? []} />
      {hasOpenAlert && alertSection}
      {doc && (
        <>
          <HealthSection balance={usage?.balance ?? null} doc={doc} />
          {usage && <WhoPays providerName={provider.name} usage={usage} />}
        </>
      )}
      {!hasOpenAlert && alertSection}
      {history && <HistorySection {...shared} first={history} key={`history-${history.totalDocs}`} />}
      {ids && <SupportIds ids={ids} />}
    </div>
  )
}
