'use client'
import { toClock, toShortTime } from '../format.ts'
import { medianOf, STAGE_WORDS, STAGES, stagesOf } from '../latency-stages.ts'
import type { TurnStages } from '../latency-stages.ts'
import type { TurnLatency } from '../types.ts'
import './index.css'

/** How long the caller waited for each answer, and for what. */
export const TurnLatencies = ({ turns }: { turns: readonly TurnLatency[] }) => {
  if (turns.length === 0) return <p className="call-section__empty">The caller has not been answered yet.</p>
  const measured = turns.map((turn) => ({ turn, ...stagesOf(turn) }))
  const totals = measured.flatMap(({ totalMs }) => totalMs ?? [])
  const median = medianOf(totals)
  const engine = medianOf(turns.map(({ engineMs }) => engineMs)) ?? 0
  const longest = Math.max(...measured.map(({ stages }) => stages.reduce((sum, { ms }) => sum + ms, 0)))
  return (
    <>
      <p className="turn-latencies__summary">
        {median === undefined ? (
          'No answer was sent.'
        ) : (
          <>
            <strong>{toShortTime(median)}</strong> from the end of speech to the answer
            {totals.length > 1 && `, the median of ${totals.length}; slowest ${toShortTime(Math.max(...totals))}`}.
            Patchbay’s own share: <strong>{toShortTime(engine)}</strong>.
          </>
        )}
      </p>
      <ul aria-hidden="true" className="turn-latencies__legend">
        {STAGES.map((stage) => (
          <li className={`turn-stage turn-stage--${stage}`} key={stage}>
            {STAGE_WORDS[stage]}
          </li>
        ))}
      </ul>
      <ol className="turn-latencies">
        {measured.map(({ turn, ...times }) => (
          <Turn key={turn.finalTranscriptMs} longest={longest} times={times} turn={turn} />
        ))}
      </ol>
    </>
  )
}

const Turn = ({ turn, times, longest }: { turn: TurnLatency; times: TurnStages; longest: number }) => (
  <li className="turn-latency">
    <div className="turn-latency__row">
      <span className="turn-latency__at">{toClock(turn.speechEndMs / 1_000)}</span>
      <span aria-hidden="true" className="turn-latency__bar">
        {times.stages.map(({ stage, ms }) => (
          <span
            className={`turn-latency__part turn-latency__part--${stage}`}
            key={stage}
            style={{ inlineSize: `${longest > 0 ? (ms / longest) * 100 : 0}%` }}
            title={`${STAGE_WORDS[stage]}: ${toShortTime(ms)}`}
          />
        ))}
      </span>
      <strong className="turn-latency__total">
        {times.totalMs === undefined ? 'not sent' : toShortTime(times.totalMs)}
      </strong>
    </div>
    <p className="turn-latency__stages">
      {[
        ...times.stages.map(({ stage, ms }) => `${STAGE_WORDS[stage]} ${toShortTime(ms)}`),
        `own share ${toShortTime(turn.engineMs)}`,
        ...(turn.speculative ? ['begun early'] : []),
      ].join(' · ')}
    </p>
  </li>
)
