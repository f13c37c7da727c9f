import { Link } from '@payloadcms/ui'
import { SIGNUP_URL } from '../paths.ts'
import './signup.css'

/** Under the login form. @param props.isOpen whether anybody may make an account here */
export const SignupLink = ({ isOpen }: { isOpen: boolean }) =>
  isOpen ? (
    <p className="signup-link">
      New here?{' '}
      <Link href={SIGNUP_URL} prefetch={false}>
        Create an account
      </Link>
    </p>
  ) : null
