import { nameOf, nameProviders } from './words.ts'
import type { ProviderInfo, ServiceState } from './types.ts'

type SetupProgressProps = { service: ServiceState; providers: ProviderInfo[] }

/** What a service still needs, part by part: for calls an ear, a mind, a voice and a telephone. */
export const SetupProgress = ({ service, providers }: SetupProgressProps) => {
  const parts = partsOf({ service, providers })
  const done = parts.filter(({ problem }) => problem === undefined).length
  return (
    <section aria-label={`${service.name}: progress`} className="setup-progress">
      <p className="setup-progress__line">
        <strong>{service.name}</strong>{' '}
        {service.ready ? 'has every key that it needs.' : `has ${done} of ${parts.length} keys that it needs.`}
      </p>
      <ul className="setup-progress__parts">
        {parts.map(({ kind, problem }) => (
          <li
            className={`setup-progress__part ${problem ? '' : 'setup-progress__part--done'}`}
            data-done={problem === undefined}
            key={kind}
          >
            <span aria-hidden="true" className="setup-progress__mark">
              {problem ? '' : '✓'}
            </span>
            <span>
              {nameOf(kind)}
              <small className="setup-progress__problem">{problem ?? 'Ready'}</small>
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}

type Part = { kind: string; problem?: string }

function partsOf({ service, providers }: SetupProgressProps): Part[] {
  const helpful = providers.filter(({ requiredFor }) => requiredFor.includes(service.id))
  const kinds = [...new Set(helpful.flatMap((provider) => provider.kinds))]
  return kinds.map((kind) => {
    const ofKind = helpful.filter((provider) => provider.kinds.includes(kind)).map(({ id }) => id)
    const missing = service.missing.find(({ anyOf }) => anyOf.some((id) => ofKind.includes(id)))
    if (missing) return { kind, problem: `Add ${nameProviders(missing.anyOf, providers)}` }
    const blocked = service.blocked.find(({ provider }) => ofKind.includes(provider))
    return blocked
      ? { kind, problem: `${nameProviders([blocked.provider], providers)}: ${REASONS[blocked.reason]}` }
      : { kind }
  })
}

const REASONS: Readonly<Record<ServiceState['blocked'][number]['reason'], string>> = {
  rejected: 'key rejected',
  undecryptable: 'enter the key again',
  'out-of-credit': 'out of credit',
  'no-permission': 'not allowed',
}
