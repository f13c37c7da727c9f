/** Tells how far a command is. */
export type Progress = {
  /** @param options.total 0 where it is not known */
  update(options: { label: string; done: number; total: number }): void
  /** Takes the bar away, or ends the line. */
  end(): void
}

type ProgressOptions = {
  write(text: string): void
  isTTY: boolean
  /** Width in characters. */
  columns: number
  /** Says nothing at all. */
  isQuiet?: boolean
}

const BAR = 24
/** How often a bar is drawn again, and how often a plain line is printed, in ms. */
const REDRAW_MS = 80
const LINE_MS = 5_000
const CLEAR = '\r\u001b[K'

/** A bar on a terminal; elsewhere a plain line when a step begins, now and then, and when it is done. */
export function createProgress({ write, isTTY, columns, isQuiet = false }: ProgressOptions): Progress {
  let label = ''
  let printedAt = 0
  let isDrawn = false

  return {
    update(step) {
      if (isQuiet) return
      const isNew = step.label !== label
      const isDone = step.total > 0 && step.done >= step.total
      const isDue = performance.now() - printedAt >= (isTTY ? REDRAW_MS : LINE_MS)
      if (!isNew && !isDone && !isDue) return
      label = step.label
      printedAt = performance.now()
      isDrawn = isTTY
      write(isTTY ? `${CLEAR}${drawBar(step).slice(0, columns - 1)}` : `${plainLine(step)}\n`)
    },
    end() {
      if (isDrawn) write(CLEAR)
      isDrawn = false
      label = ''
    },
  }
}

type Step = { label: string; done: number; total: number }

const plainLine = ({ label, done, total }: Step) => (total > 0 ? `${label}: ${done} of ${total}` : label)

function drawBar({ label, done, total }: Step): string {
  if (total <= 0) return `${label} …`
  const share = Math.min(1, done / total)
  const full = Math.round(share * BAR)
  return `[${'#'.repeat(full)}${'-'.repeat(BAR - full)}] ${String(Math.floor(share * 100)).padStart(3)} %  ${label}  ${done}/${total}`
}
