import { MinimalTemplate } from '@payloadcms/next/templates'
import { Link } from '@payloadcms/ui'
import { redirect } from 'next/navigation.js'
import type { AdminViewServerProps } from 'payload'
import { Logo } from '../brand/Logo.tsx'
import { ADMIN_URL, LOGIN_URL } from '../paths.ts'
import { SignupForm } from './SignupForm.tsx'
import './signup.css'

type SignupViewProps = AdminViewServerProps & {
  /** Who may make an account: the `SIGNUP` of the installation. */
  signup: 'open' | 'invite' | 'closed'
}

/** The public page on which people make their account and, with it, their workspace. */
export const SignupView = ({ initPageResult, signup }: SignupViewProps) => {
  if (initPageResult.req.user) redirect(ADMIN_URL)
  return (
    <MinimalTemplate className="login signup">
      <div className="login__brand">
        <Logo />
      </div>
      {signup === 'open' ? <SignupForm /> : <ClosedNotice isByInvitation={signup === 'invite'} />}
      <p className="signup-link">
        Have an account?{' '}
        <Link href={LOGIN_URL} prefetch={false}>
          Sign in
        </Link>
      </p>
    </MinimalTemplate>
  )
}

const ClosedNotice = ({ isByInvitation }: { isByInvitation: boolean }) => (
  <div className="signup__closed">
    <h1>{isByInvitation ? 'By invitation only' : 'Sign-up is closed'}</h1>
    <p>
      {isByInvitation
        ? 'New accounts are by invitation here. Ask the people who run this platform to make one for you.'
        : 'New accounts cannot be made here. Ask the people who run this platform.'}
    </p>
  </div>
)
