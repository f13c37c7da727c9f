import './brand.css'

/** The mark: four jacks of a patch bay, two of them joined by a cable. */
export const Icon = () => (
  <svg aria-label="Patchbay" className="brand-icon" fill="none" role="img" viewBox="0 0 24 24">
    <circle className="brand-icon__free" cx="18" cy="6" r="2" />
    <circle className="brand-icon__free" cx="6" cy="18" r="2" />
    <path className="brand-icon__cable" d="M6 6c0 11 12 1 12 12" />
    <circle className="brand-icon__jack" cx="6" cy="6" r="3" />
    <circle className="brand-icon__jack" cx="18" cy="18" r="3" />
  </svg>
)
