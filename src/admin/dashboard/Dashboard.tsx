import { Banner, Gutter } from '@payloadcms/ui'
import type { AdminViewServerProps, PayloadRequest } from 'payload'
import { loadOpenAlerts } from '../alerts/load-alerts.ts'
import { OpenAlerts } from '../alerts/OpenAlerts.tsx'
import { nameOfWorkspace, workspaceOf } from '../data/workspace.ts'
import type { Workspace } from '../data/workspace.ts'
import { requirePerson } from '../data/require-person.ts'
import { ADMIN_URL } from '../paths.ts'
import { GettingStarted } from './GettingStarted.tsx'
import { loadRecentCalls, loadSetup } from './load-dashboard.ts'
import { RecentCalls } from './RecentCalls.tsx'
import { createSetupSteps } from './setup-steps.ts'
import './dashboard.css'

/** The first page: the way to the first call, and the last calls. */
export const Dashboard = async ({ initPageResult }: AdminViewServerProps) => {
  requirePerson({ initPageResult, url: ADMIN_URL })
  const { req } = initPageResult
  const workspace = workspaceOf(req)
  const name = (req.user as { name?: string | null } | null)?.name
  return (
    <Gutter className="patchbay-dashboard">
      <header>
        <h1 className="patchbay-dashboard__heading">{name ? `Hello, ${name}` : 'Hello'}</h1>
        {workspace && <p className="patchbay-dashboard__workspace">{await nameOfWorkspace(req, workspace)}</p>}
      </header>
      {await Content({ req, workspace })}
    </Gutter>
  )
}

const Content = async ({ req, workspace }: { req: PayloadRequest; workspace?: Workspace }) => {
  const [calls, setup, alerts] = await Promise.all([
    loadRecentCalls({ req, workspace }),
    workspace && loadSetup({ req, workspace }),
    workspace && loadOpenAlerts({ req, tenant: workspace.id }),
  ])
  return (
    <>
      {workspace && alerts && (
        <OpenAlerts alerts={alerts} canAcknowledge={workspace.role === 'owner'} isQuiet tenant={workspace.id} />
      )}
      {workspace && setup ? (
        <GettingStarted steps={createSetupSteps({ setup, role: workspace.role })} />
      ) : (
        <Banner>Choose a workspace in the menu to see how far it is set up. Below are the calls of all of them.</Banner>
      )}
      <RecentCalls calls={calls} />
    </>
  )
}
