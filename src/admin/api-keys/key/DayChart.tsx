import { failureWords } from './failure-words.ts'
import type { KeyDay } from './types.ts'

const HEIGHT = 120
const STEP = 20
const BAR = 14

/** How often a key was used on each day, what failed on top. Each bar says its numbers; the table below says all. */
export const DayChart = ({ days }: { days: readonly KeyDay[] }) => {
  const highest = Math.max(...days.map(({ uses }) => uses), 1)
  const width = days.length * STEP
  const heightOf = (count: number) => (count === 0 ? 0 : Math.max((count / highest) * HEIGHT, 2))
  const [first, last] = [days[0], days.at(-1)]
  return (
    <figure className="day-chart">
      <figcaption className="day-chart__legend">
        <span className="day-chart__key day-chart__key--worked">Worked</span>
        <span className="day-chart__key day-chart__key--failed">Failed</span>
        <span className="day-chart__highest">Most in a day: {highest.toLocaleString('en')}</span>
      </figcaption>
      <svg
        aria-label={`Uses of the key on each of the last ${days.length} days`}
        preserveAspectRatio="none"
        role="img"
        viewBox={`0 0 ${width} ${HEIGHT}`}
      >
        {days.map((day, index) => {
          const failed = failedOn(day)
          const x = index * STEP + (STEP - BAR) / 2
          const top = HEIGHT - heightOf(day.uses)
          const failedHeight = Math.min(heightOf(failed), HEIGHT - top)
          return (
            <g key={day.day}>
              <title>{sentenceOf(day)}</title>
              <rect className="day-chart__day" height={HEIGHT} width={STEP} x={index * STEP} y={0} />
              <rect
                className="day-chart__worked"
                height={HEIGHT - top - failedHeight}
                width={BAR}
                x={x}
                y={top + failedHeight}
              />
              <rect className="day-chart__failed" height={failedHeight} width={BAR} x={x} y={top} />
            </g>
          )
        })}
      </svg>
      <div aria-hidden="true" className="day-chart__days">
        <span>{first && toDay(first.day)}</span>
        <span>{last && toDay(last.day)}</span>
      </div>
    </figure>
  )
}

const failedOn = ({ failures }: KeyDay): number => Object.values(failures).reduce((sum, count) => sum + count, 0)

const sentenceOf = (day: KeyDay): string => {
  const failures = Object.entries(day.failures).map(([kind, count]) => `${count} ${failureWords(kind)}`)
  return `${toDay(day.day)}: ${day.uses} uses${failures.length > 0 ? `, ${failures.join(', ')}` : ''}`
}

const toDay = (day: string): string =>
  new Intl.DateTimeFormat('en', { month: 'short', day: 'numeric', timeZone: 'UTC' }).format(new Date(day))
