/** One turn's way from the caller's last sound to the caller's ear. Times in ms from the start of the call. */
export type TurnLatency = {
  /** The caller's last loud sound. */
  speechEndMs: number
  /** The turn's final transcript arrived. */
  finalTranscriptMs: number
  firstTokenMs?: number
  firstAudioMs?: number
  firstFrameSentMs?: number
  /** The carrier said that the first stretch of audio (240 ms) was played. */
  firstMarkMs?: number
  /** The engine's own share: what passed in the turn without waiting for anybody else. */
  engineMs: number
  /** The answer had been begun before the turn was known to have ended. */
  speculative: boolean
}

/** Where a turn waits for somebody else ends a share of the engine, where the answer arrives the next one begins. */
export type TurnClock = {
  /** The end of the turn is known. */
  begin(now: number): void
  requestSent(now: number): void
  firstToken(now: number): void
  clauseReady(now: number): void
  clauseWritten(now: number): void
  firstAudio(now: number): void
  /** @param wasHeld the caller's noise, not the engine, kept the audio back */
  firstFrame(now: number, wasHeld: boolean): void
  firstMark(now: number): void
  readonly latency: TurnLatency
}

/**
 * Measures one turn.
 * @param origin the call's start on the clock that the methods are given
 * @param speechEnd the caller's last sound, same clock
 * @param final arrival of the final transcript, same clock
 */
export function createTurnClock(turn: {
  origin: number
  speechEnd: number
  final: number
  speculative: boolean
}): TurnClock {
  const at = (now: number) => Math.round((now - turn.origin) * 100) / 100
  const latency: TurnLatency = {
    speechEndMs: at(Math.min(turn.speechEnd, turn.final)),
    finalTranscriptMs: at(turn.final),
    engineMs: 0,
    speculative: turn.speculative,
  }
  let since: number | undefined
  const endShare = (now: number) => {
    if (since === undefined) return
    latency.engineMs = Math.round((latency.engineMs + now - since) * 100) / 100
    since = undefined
  }

  return {
    latency,
    begin(now) {
      since = now
    },
    requestSent: endShare,
    firstToken(now) {
      latency.firstTokenMs ??= at(now)
    },
    clauseReady(now) {
      since ??= now
    },
    clauseWritten: endShare,
    firstAudio(now) {
      if (latency.firstAudioMs !== undefined) return
      latency.firstAudioMs = at(now)
      since = now
    },
    firstFrame(now, wasHeld) {
      if (latency.firstFrameSentMs !== undefined) return
      latency.firstFrameSentMs = at(now)
      if (wasHeld) since = undefined
      else endShare(now)
    },
    firstMark(now) {
      latency.firstMarkMs ??= at(now)
    },
  }
}
