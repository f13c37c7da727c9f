import { Link } from '@payloadcms/ui'
import { CALLS } from '../../collections/slugs.ts'
import { LocalTime } from '../elements/LocalTime.tsx'
import { sentenceCase } from '../api-keys/words.ts'
import { collectionUrl } from '../paths.ts'
import type { CallRow } from './load-dashboard.ts'

/** The last calls, each leading to its page. */
export const RecentCalls = ({ calls }: { calls: CallRow[] }) => (
  <section aria-labelledby="recent-calls" className="recent-calls">
    <header className="recent-calls__header">
      <h2 id="recent-calls">Last calls</h2>
      {calls.length > 0 && <Link href={collectionUrl(CALLS)}>All calls</Link>}
    </header>
    {calls.length === 0 ? (
      <p className="recent-calls__empty">
        No calls yet. They appear here as soon as somebody dials one of your numbers.
      </p>
    ) : (
      <ul className="recent-calls__list">
        {calls.map((call) => (
          <Row call={call} key={call.id} />
        ))}
      </ul>
    )}
  </section>
)

const Row = ({ call }: { call: CallRow }) => {
  const { id, direction, from, to, agentName, startedAt, status, endedReason, durationSeconds } = call
  const other = direction === 'outbound' ? to : from
  return (
    <li>
      <Link className="recent-call" href={collectionUrl(CALLS, id)} prefetch={false}>
        <span className="recent-call__who">
          <strong>{other ?? 'Unknown number'}</strong>
          <small>
            {direction === 'outbound' ? 'called by' : 'with'} {agentName ?? 'no agent'}
          </small>
        </span>
        <span className="recent-call__how">
          {sentenceCase(status)}
          <small>{endedReason ? sentenceCase(endedReason) : ''}</small>
        </span>
        <span className="recent-call__when">
          {startedAt ? <LocalTime value={startedAt} /> : ''}
          <small>{typeof durationSeconds === 'number' ? toDuration(durationSeconds) : ''}</small>
        </span>
      </Link>
    </li>
  )
}

const toDuration = (seconds: number): string =>
  `${Math.floor(seconds / 60)}:${String(Math.round(seconds) % 60).padStart(2, '0')}`
