import { Link } from '@payloadcms/ui'
import { AGENTS, CALLS, PHONE_NUMBERS } from '../../collections/slugs.ts'
import { SERVICES } from '../../services/catalogue.ts'
import type { ServiceId } from '../../services/catalogue.ts'
import type { Workspace } from '../data/workspace.ts'
import { collectionUrl } from '../paths.ts'

type Place = { title: string; text: string; url: string }

const AGENT_LIST: Place = {
  title: 'Agents',
  text: 'What callers talk to: a prompt, a voice, and the providers behind them.',
  url: collectionUrl(AGENTS),
}
const NUMBER_LIST: Place = {
  title: 'Phone numbers',
  text: 'Which agent answers which number.',
  url: collectionUrl(PHONE_NUMBERS),
}
const CALL_LIST: Place = {
  title: 'Calls',
  text: 'Every call, live and past, with what was said and why it ended.',
  url: collectionUrl(CALLS),
}

/** Where the work of a service is done. */
const PLACES: Partial<Record<ServiceId, readonly Place[]>> = {
  'ai-calling': [AGENT_LIST, NUMBER_LIST, CALL_LIST],
  'calling-operations': [NUMBER_LIST, CALL_LIST],
}

/** A service whose keys are ready: the way to its work, or plainly when that comes. */
export const ServiceHome = ({ id, role }: { id: ServiceId; role: Workspace['role'] }) => {
  const { name, isPlanned } = SERVICES[id]
  const places = PLACES[id] ?? []
  return (
    <section aria-labelledby="service-home" className="service-guard" data-ready="true">
      <header className="service-guard__header">
        <h2 className="service-guard__heading" id="service-home">
          {isPlanned ? 'Your keys are ready' : `${name} is ready`}
        </h2>
      </header>
      {isPlanned ? (
        <p className="service-guard__note">
          This service arrives with a later version. There is nothing else to do until then: it will find the keys of
          this workspace as they are.
        </p>
      ) : (
        <ul className="service-places">
          {places.map(({ title, text, url }) => (
            <li key={url}>
              <Link className="service-place" href={url} prefetch={false}>
                <span className="service-place__title">{title}</span>
                <span className="service-place__text">{text}</span>
              </Link>
            </li>
          ))}
        </ul>
      )}
      {role === 'viewer' && !isPlanned && (
        <p className="service-guard__note">You can look at all of it; owners and editors change it.</p>
      )}
    </section>
  )
}
