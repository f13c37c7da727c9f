import type { ReactNode } from 'react'

/** A name above what it names, in a list of facts. */
export const Fact = ({ name, children }: { name: string; children: ReactNode }) => (
  <div className="key-fact">
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
)
