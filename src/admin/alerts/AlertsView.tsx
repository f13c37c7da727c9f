import { Banner, Link } from '@payloadcms/ui'
import type { AdminViewServerProps, PayloadRequest } from 'payload'
import { ALERTS } from '../../collections/slugs.ts'
import { readEndpoint } from '../data/read-endpoint.ts'
import { requirePerson } from '../data/require-person.ts'
import { nameOfWorkspace, workspaceOf } from '../data/workspace.ts'
import { ALERTS_URL, collectionUrl } from '../paths.ts'
import { SettingsPage } from '../settings/SettingsPage.tsx'
import { AlertList } from './AlertList.tsx'
import { AlertSettings } from './AlertSettings.tsx'
import { loadAlerts } from './load-alerts.ts'
import { OpenAlerts } from './OpenAlerts.tsx'
import { SignatureHelp } from './SignatureHelp.tsx'
import type { AlertSettingsDoc } from './types.ts'
import './alerts.css'

const SHOWN = 20

/** `/admin/settings/alerts`: what changed about the keys, and where it is sent. Owners change where. */
export const AlertsView = (view: AdminViewServerProps) => {
  requirePerson({ initPageResult: view.initPageResult, url: ALERTS_URL })
  const { req } = view.initPageResult
  return SettingsPage({ view, steps: [{ label: 'Alerts' }], heading: 'Alerts', children: Content({ req }) })
}

const Content = async ({ req }: { req: PayloadRequest }) => {
  const workspace = workspaceOf(req)
  if (!workspace) return <Banner>Choose a workspace in the menu to see its alerts.</Banner>
  if (workspace.role === 'viewer') {
    return <Banner>Viewers do not see alerts about keys. Ask an owner of this workspace if you need to.</Banner>
  }
  const tenant = workspace.id
  const isOwner = workspace.role === 'owner'
  const [name, alerts, settings] = await Promise.all([
    nameOfWorkspace(req, workspace),
    loadAlerts({ req, tenant, limit: SHOWN }),
    isOwner ? readEndpoint<AlertSettingsDoc>({ req, path: '/alert-settings', tenant }) : undefined,
  ])
  const open = alerts.filter(({ resolvedAt, acknowledgedAt }) => !resolvedAt && !acknowledgedAt)
  const past = alerts.filter((alert) => !open.includes(alert))
  return (
    <>
      <p className="settings-page__intro">
        When a key of {name || 'this workspace'} stops working, runs out of credit or nears its end, it is said here
        once, not each time it is noticed.
      </p>
      <div className="alert-settings">
        <OpenAlerts alerts={open} canAcknowledge={isOwner} tenant={tenant} />
        {settings?.ok && <AlertSettings initial={settings.data} key={tenant} tenant={tenant} />}
        {settings?.ok === false && <Banner type="error">{settings.message}</Banner>}
        {isOwner && <SignatureHelp />}
        <section aria-labelledby="past-alerts" className="settings-section">
          <header className="settings-section__header">
            <h2 id="past-alerts">Seen to</h2>
            <Link href={collectionUrl(ALERTS)} prefetch={false}>
              All alerts
            </Link>
          </header>
          {past.length === 0 && <p className="settings-section__empty">Nothing yet.</p>}
          <AlertList alerts={past} />
        </section>
      </div>
    </>
  )
}
