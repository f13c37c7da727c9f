type Point = { x: number; y: number }

type SparklineProps = { points: readonly Point[]; label: string }

const WIDTH = 300
const HEIGHT = 72
const MARGIN = 4

/** A course of values as a line, with the last one marked. From zero, so that a fall looks as large as it is. */
export const Sparkline = ({ points, label }: SparklineProps) => {
  const placed = place(points)
  const last = placed.at(-1)
  if (!last) return null
  const line = placed.map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' ')
  return (
    <svg aria-label={label} className="sparkline" role="img" viewBox={`0 0 ${WIDTH} ${HEIGHT}`}>
      <polygon className="sparkline__area" points={`${MARGIN},${HEIGHT} ${line} ${last.x.toFixed(1)},${HEIGHT}`} />
      <polyline className="sparkline__line" points={line} />
      <circle className="sparkline__end" cx={last.x} cy={last.y} r={3} />
    </svg>
  )
}

function place(points: readonly Point[]): Point[] {
  const xs = points.map(({ x }) => x)
  const ys = points.map(({ y }) => y)
  const [first, top] = [Math.min(...xs), Math.max(...ys, 0)]
  const span = Math.max(...xs) - first || 1
  const bottom = Math.min(...ys, 0)
  const height = top - bottom || 1
  return points.map(({ x, y }) => ({
    x: MARGIN + ((x - first) / span) * (WIDTH - 2 * MARGIN),
    y: MARGIN + ((top - y) / height) * (HEIGHT - 2 * MARGIN),
  }))
}
