'use client'

/** Braces, in the style of the editor's own icons. */
export const VariableIcon = () => (
  <svg aria-hidden="true" className="icon" fill="none" height="20" viewBox="0 0 20 20" width="20">
    <path
      d="M8 4.5H7.2A1.7 1.7 0 0 0 5.5 6.2v2A1.8 1.8 0 0 1 3.7 10a1.8 1.8 0 0 1 1.8 1.8v2a1.7 1.7 0 0 0 1.7 1.7H8M12 4.5h.8a1.7 1.7 0 0 1 1.7 1.7v2a1.8 1.8 0 0 0 1.8 1.8 1.8 1.8 0 0 0-1.8 1.8v2a1.7 1.7 0 0 1-1.7 1.7H12"
      stroke="currentColor"
      strokeLinecap="round"
    />
  </svg>
)
