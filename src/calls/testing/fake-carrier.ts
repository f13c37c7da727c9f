import { BYTES_PER_MS } from '../../provider-kit/index.ts'
import type { MediaOut } from '../playback-clock.ts'
import type { ManualClock } from './manual-clock.ts'

/** A carrier that plays what it gets in real time on the manual clock. */
export type FakeCarrier = MediaOut & {
  /** The bytes the caller has heard so far, without silence between. */
  heard(): Buffer
  /** Whether everything it holds was played. */
  isSilent(): boolean
  /** When each frame came in. */
  sentAt: number[]
  frames: Buffer[]
  clears: number
  /** What `bufferedBytes` answers. */
  congestion: number
  /** Where marks go. */
  onMark: (name: string) => void
}

/** @param markDelayMs how long a mark takes to come back; null never */
export function createFakeCarrier(
  clock: ManualClock,
  { markDelayMs = 30 }: { markDelayMs?: number | null } = {},
): FakeCarrier {
  const played: { frame: Buffer; startAt: number }[] = []
  let marks: { name: string; isCleared: boolean }[] = []
  let playEnd = 0

  const giveBack = (mark: { name: string; isCleared: boolean }, ms: number) => {
    if (markDelayMs === null) return
    clock.after(ms + markDelayMs, () => {
      if (!marks.includes(mark)) return
      marks = marks.filter((candidate) => candidate !== mark)
      carrier.onMark(mark.name)
    })
  }

  const carrier: FakeCarrier = {
    sentAt: [],
    frames: [],
    clears: 0,
    congestion: 0,
    onMark: () => undefined,
    isSilent: () => clock.now() >= playEnd,
    heard() {
      const pieces = played.map(({ frame, startAt }) =>
        frame.subarray(0, Math.max(0, (clock.now() - startAt) * BYTES_PER_MS)),
      )
      return Buffer.concat(pieces)
    },
    send(payload) {
      const frame = Buffer.from(payload)
      const startAt = Math.max(playEnd, clock.now())
      playEnd = startAt + frame.length / BYTES_PER_MS
      played.push({ frame, startAt })
      carrier.frames.push(frame)
      carrier.sentAt.push(clock.now())
    },
    mark(name) {
      const mark = { name, isCleared: false }
      marks.push(mark)
      giveBack(mark, Math.max(0, playEnd - clock.now()))
    },
    clear() {
      carrier.clears++
      for (let index = played.length - 1; index >= 0; index--) {
        const entry = played[index] as { frame: Buffer; startAt: number }
        const heardBytes = Math.max(0, (clock.now() - entry.startAt) * BYTES_PER_MS)
        if (heardBytes >= entry.frame.length) break
        if (heardBytes === 0) played.pop()
        else entry.frame = entry.frame.subarray(0, heardBytes)
      }
      playEnd = clock.now()
      const pending = marks
      marks = pending.map((mark) => ({ ...mark, isCleared: true }))
      for (const mark of marks) giveBack(mark, 0)
    },
    bufferedBytes: () => carrier.congestion,
  }
  return carrier
}
