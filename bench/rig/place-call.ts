import { readToneCharacters } from '../../simulators/tone-speech/index.ts'
import type { CallHandle, PlaybackStats, Spoken } from '../../simulators/telnyx/index.ts'
import { GREETING } from './call-script.ts'
import type { Line } from './call-script.ts'
import { compareSpeech } from './compare-speech.ts'
import type { Floors } from './latencies.ts'

/** One answer as the caller heard it. */
export type HeardTurn = {
  /** Ms since the epoch. */
  at: number
  /** The answer's first audible sample, in ms on the recording. */
  atMs: number
  /** From the caller's last audible sample to the agent's first, on the recording. */
  heardMs: number
  /** What is left of it without the simulators' own latencies, rounded up to a frame of the carrier. */
  shareMs: number
}

/** One interruption. */
export type BargeIn = {
  at: number
  /** From the caller's first audible sample to the agent's last, on the recording. */
  silenceMs: number
  /** What is left of it without the transcription's own notice, rounded up to a frame. */
  shareMs: number
}

export type CallOutcome = {
  carrierCallId: string
  startedAt: number
  turns: HeardTurn[]
  bargeIns: BargeIn[]
  playback?: PlaybackStats
  /** Characters of the replies that the recording holds damaged or not at all, where no interruption explains it. */
  lostCharacters: number
  /** Why the call does not count. */
  failure?: string
}

/** A call that has ended and whose recording is still to be read. */
export type PlacedCall = { outcome: CallOutcome; check(): void }

type PlaceOptions = { call: CallHandle; script: readonly Line[]; floors: ReadonlyMap<Line, Floors> }

/** So long a silence of the agent ends its answer. */
const ANSWER_END_MS = 600
const BARGE_IN_SILENCE_MS = 300
/** A reply has arrived when so much of it can be read in the recording; a gap within a character makes it unreadable. */
const LEAST_MATCH = 0.8

/** Speaks the script on a call and hangs up. Never rejects. */
export async function placeCall({ call, script, floors }: PlaceOptions): Promise<PlacedCall> {
  const outcome: CallOutcome = {
    carrierCallId: call.callControlId,
    startedAt: Date.now(),
    turns: [],
    bargeIns: [],
    lostCharacters: 0,
  }
  try {
    await converse({ call, script, floors, outcome })
  } catch (error) {
    outcome.failure = error instanceof Error ? error.message : String(error)
  }
  if (!call.isEnded) call.hangUp()
  await call.ended
  return {
    outcome,
    check() {
      try {
        outcome.playback = { ...call.playback.stats }
        if (outcome.failure === undefined) readReplies({ call, script, outcome })
      } catch (error) {
        outcome.failure ??= String(error)
      }
    },
  }
}

async function converse({ call, script, floors, outcome }: PlaceOptions & { outcome: CallOutcome }): Promise<void> {
  await call.answered
  await call.streaming
  const greeted = await call.agentSpeaks({ after: 0 })
  await call.agentSilent({ forMs: ANSWER_END_MS, after: greeted.atMs })
  let spoken: Spoken | undefined
  for (const [index, line] of script.entries()) {
    const { speechEndMs } = spoken ?? (await call.say(line.utterance))
    spoken = undefined
    const { atMs } = await call.agentSpeaks({ after: speechEndMs })
    const heardMs = atMs - speechEndMs
    outcome.turns.push({ at: Date.now(), atMs, heardMs, shareMs: heardMs - (floors.get(line)?.answer ?? 0) })
    const next = script[index + 1]
    if (line.brokenIntoAfterMs === undefined || !next) {
      await call.agentSilent({ forMs: ANSWER_END_MS, after: atMs })
      continue
    }
    await pause(line.brokenIntoAfterMs)
    const [said, silent] = await Promise.all([
      call.say(next.utterance),
      call.agentSilent({ forMs: BARGE_IN_SILENCE_MS, after: call.positionMs }),
    ])
    const { lead = 0, notice = 0 } = floors.get(next) ?? {}
    const silenceMs = silent.atMs - said.startMs - lead
    outcome.bargeIns.push({ at: Date.now(), silenceMs, shareMs: silenceMs - notice })
    spoken = said
  }
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** Judges a recording by what it says between the beginnings of two answers. */
function readReplies({ call, script, outcome }: Omit<PlaceOptions, 'floors'> & { outcome: CallOutcome }): void {
  const heard = readToneCharacters(call.recording.agent, 'mulaw')
  const expected = [{ reply: GREETING, brokenIntoAfterMs: undefined }, ...script]
  const starts = [0, ...outcome.turns.map(({ atMs }) => atMs)]
  for (const [index, { reply, brokenIntoAfterMs }] of expected.entries()) {
    const [from = 0, to = Number.POSITIVE_INFINITY] = starts.slice(index, index + 2)
    const said = heard.filter(({ atMs }) => atMs >= from && atMs < to).map(({ char }) => char)
    const { matched, missing } = compareSpeech({
      said: said.join(''),
      meant: reply,
      isCut: brokenIntoAfterMs !== undefined,
    })
    outcome.lostCharacters += missing
    if (matched < LEAST_MATCH) outcome.failure ??= `"${reply}" was not heard; the recording says "${said.join('')}"`
  }
}
