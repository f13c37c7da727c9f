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
      {signup === 'open' ? <OpenSignup /> : <ClosedNotice isByInvitation={signup === 'invite'} />}
      <p className="signup-link">
        Have an account?{' '}
        <Link href={LOGIN_URL} prefetch={false}>
          Sign in
        </Link>
      </p>
    </MinimalTemplate>
  )
}

const OpenSignup = () => (
  <>
    <h1 className="signup__heading">Create your account</h1>
    <p className="signup__text">You get a workspace of your own. Others can add you to theirs.</p>
    <SignupForm path="/auth/signup" />
  </>
)

const ClosedNotice = ({ isByInvitation }: { isByInvitation: boolean }) => (
  <div className="signup__closed">
    <h1 className="signup__heading">{isByInvitation ? 'By invitation only' : 'Sign-up is closed'}</h1>
    <p className="signup__text">
      {isByInvitation
        ? 'New accounts are by invitation here. Ask the people who run this platform to make one for you.'
        : 'New accounts cannot be made here. Ask the people who run this platform.'}
    </p>
  </div>
)
