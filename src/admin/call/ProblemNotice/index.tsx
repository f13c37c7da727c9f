'use client'
import { Link } from '@payloadcms/ui'
import type { CallProblem } from '../problem-of.ts'
import './index.css'

/** What went wrong with a call, what to do, and the way there. */
export const ProblemNotice = ({ problem: { title, detail, advice, link } }: { problem: CallProblem }) => (
  <section aria-label="What went wrong" className="call-problem">
    <div className="call-problem__words">
      <p className="call-problem__title">{title}</p>
      {detail && <p>{detail}</p>}
      {advice && <p>{advice}</p>}
    </div>
    {link && (
      <Link className="call-problem__link btn btn--style-secondary btn--size-medium btn--no-margin" href={link.url}>
        {link.label}
      </Link>
    )}
  </section>
)
