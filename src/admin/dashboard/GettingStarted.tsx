import { Link } from '@payloadcms/ui'
import type { SetupStep } from './setup-steps.ts'

/** The steps to the first call. Once all are done, one line is left of it. */
export const GettingStarted = ({ steps }: { steps: SetupStep[] }) => {
  const done = steps.filter(({ isDone }) => isDone).length
  if (done === steps.length) {
    return (
      <p className="getting-started getting-started--done">
        <Mark isDone /> Everything is set up: your agents answer calls.
      </p>
    )
  }
  return (
    <section aria-labelledby="getting-started" className="getting-started">
      <header className="getting-started__header">
        <h2 id="getting-started">Getting started</h2>
        <span className="getting-started__count">
          {done} of {steps.length} done
        </span>
      </header>
      <ol className="getting-started__steps">
        {steps.map((step) => (
          <Step key={step.id} step={step} />
        ))}
      </ol>
    </section>
  )
}

const Step = ({ step: { id, title, text, isDone, action } }: { step: SetupStep }) => (
  <li className={`setup-step ${isDone ? 'setup-step--done' : ''}`} data-done={isDone} data-step={id}>
    <Mark isDone={isDone} />
    <div className="setup-step__body">
      <h3 className="setup-step__title">
        {title}
        {isDone && <span className="setup-step__done">Done</span>}
      </h3>
      <p className="setup-step__text">{text}</p>
    </div>
    {!isDone && action && (
      <Link className="setup-step__action btn btn--style-secondary btn--size-small btn--no-margin" href={action.url}>
        {action.label}
      </Link>
    )}
  </li>
)

const Mark = ({ isDone }: { isDone: boolean }) => (
  <span aria-hidden="true" className={`setup-mark ${isDone ? 'setup-mark--done' : ''}`}>
    {isDone ? '✓' : ''}
  </span>
)
