import { Icon } from './Icon.tsx'
import './brand.css'

/** The mark with the name beside it, above the forms of signed-out people. */
export const Logo = () => (
  <span className="brand-logo">
    <Icon />
    <span className="brand-logo__name">Patchbay</span>
  </span>
)
