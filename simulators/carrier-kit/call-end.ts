/** Why a call ended; the causes that Telnyx documents for `call.hangup`, which say as much as any carrier's. */
export type HangupCause =
  | 'call_rejected'
  | 'normal_clearing'
  | 'originator_cancel'
  | 'timeout'
  | 'time_limit'
  | 'user_busy'
  | 'not_found'
  | 'no_answer'
  | 'unspecified'

export type HangupSource = 'caller' | 'callee' | 'unknown'

/** How a call ended; the codes are those of the media socket, absent where there was none. */
export type CallEnd = { cause: HangupCause; source: HangupSource; closeCode?: number; closeReason?: string }
