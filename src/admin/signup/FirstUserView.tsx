import { Logo } from '../brand/Logo.tsx'
import { SignupForm } from './SignupForm.tsx'
import './signup.css'

/** The first page of a fresh installation: whoever fills it in runs the platform, and has a workspace too. */
export const FirstUserView = () => (
  <div className="login signup">
    <div className="login__brand">
      <Logo />
    </div>
    <h1 className="signup__heading">Welcome to Patchbay</h1>
    <p className="signup__text">Nobody has an account here yet. The first one runs the platform.</p>
    <SignupForm path="/users/first-register" />
  </div>
)
