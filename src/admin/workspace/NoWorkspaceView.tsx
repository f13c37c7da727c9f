import { Button } from '@payloadcms/ui'
import type { AdminViewServerProps } from 'payload'
import { Logo } from '../brand/Logo.tsx'
import { ADMIN_URL, LOGOUT_URL } from '../paths.ts'
import './no-workspace.css'

/** Where people end who are signed in and may not enter: they belong to no workspace, or to one that has been deleted. */
export const NoWorkspaceView = ({ initPageResult }: AdminViewServerProps) => {
  const { permissions, req } = initPageResult
  const isMember = permissions.canAccessAdmin === true
  return (
    <div className="no-workspace">
      <Logo />
      <h1>{isMember ? 'This page is not for you' : 'No workspace yet'}</h1>
      <p>
        {isMember
          ? 'Your role does not open this page. Ask an owner of the workspace if you need it.'
          : `You are signed in${req.user?.email ? ` as ${req.user.email}` : ''}, but you belong to no workspace. Ask an owner to add you by this address, then reload.`}
      </p>
      <div className="no-workspace__actions">
        <Button el="anchor" margin={false} size="large" url={ADMIN_URL}>
          {isMember ? 'Go to the dashboard' : 'Try again'}
        </Button>
        <Button buttonStyle="secondary" el="anchor" margin={false} size="large" url={LOGOUT_URL}>
          Log out
        </Button>
      </div>
    </div>
  )
}
