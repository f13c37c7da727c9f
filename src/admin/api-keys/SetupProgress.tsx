import { setupPartsOf, setupSentence } from './setup-of.ts'
import type { SetupPart } from './setup-of.ts'
import { listAll, nameOf, nameProviders } from './words.ts'
import type { KeyDoc, ProviderInfo, ServiceState, Workplace } from './types.ts'

type SetupProgressProps = {
  services: ServiceState[]
  providers: ProviderInfo[]
  keys: KeyDoc[]
  workplace: Workplace
}

/** How far the workspace is on its way to a call, part by part, and what its keys are good for besides. */
export const SetupProgress = ({ services, providers, keys, workplace }: SetupProgressProps) => {
  const calling = services.find(({ id }) => id === 'ai-calling')
  if (!calling) return null
  const parts = setupPartsOf({ service: calling, providers, keys })
  const done = parts.filter(({ isDone }) => isDone).length
  return (
    <section aria-label="Set-up" className="setup-progress" data-ready={calling.ready}>
      <div className="setup-progress__header">
        <p className="setup-progress__line">{setupSentence({ parts, workplace, providers, keys })}</p>
        <span className="setup-progress__count">
          {done} of {parts.length} ready
        </span>
      </div>
      <ul className="setup-progress__parts">
        {parts.map((part) => (
          <Part key={part.requirement} part={part} />
        ))}
      </ul>
      <OtherServices providers={providers} services={services.filter(({ id }) => id !== calling.id)} />
    </section>
  )
}

const Part = ({ part: { requirement, isDone, text, provider } }: { part: SetupPart }) => (
  <li className={`setup-progress__part ${isDone ? 'setup-progress__part--done' : ''}`} data-done={isDone}>
    <span aria-hidden="true" className="setup-progress__mark">
      {isDone ? '✓' : ''}
    </span>
    <span className="setup-progress__text">
      {nameOf(requirement)}
      <small>{provider ? <a href={`#${provider}`}>{text}</a> : text}</small>
    </span>
  </li>
)

/** The services beside calling: those that the keys are enough for, and what the others wait for. */
const OtherServices = ({ services, providers }: Pick<SetupProgressProps, 'services' | 'providers'>) => {
  const ready = services.filter((service) => service.ready).map(({ name }) => name)
  const waiting = services.flatMap((service) => waitingFor(service, providers))
  return (
    <dl className="setup-progress__services">
      {ready.length > 0 && (
        <div>
          <dt>Also ready</dt>
          <dd>{listAll(ready)}</dd>
        </div>
      )}
      {waiting.length > 0 && (
        <div>
          <dt>Still waiting</dt>
          <dd>{waiting.join(' · ')}</dd>
        </div>
      )}
    </dl>
  )
}

function waitingFor(service: ServiceState, providers: readonly ProviderInfo[]): string[] {
  const { name, ready, requires, missing, blocked } = service
  if (ready) return []
  if (requires.includes('any')) return [`${name} (any key)`]
  const ids = [...new Set([...missing.flatMap(({ anyOf }) => anyOf), ...blocked.map(({ provider }) => provider)])]
  // No provider is installed: there is nobody to name.
  return ids.length === 0 ? [] : [`${name} (${nameProviders(ids, providers)})`]
}
