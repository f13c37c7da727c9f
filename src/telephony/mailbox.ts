import type { CallSession, CallSummary } from '../calls/index.ts'
import type { CallAnswerer } from '../collections/Calls/call-status.ts'

/** What to do when a machine answers an outbound call. */
export type MachineDetection = 'off' | 'hang-up' | 'leave-message'

export type Mailbox = {
  /** @param beep a machine is ready for a message */
  onAnswerer(answerer: CallAnswerer, beep?: boolean): void
  onGreetingEnded(): void
  /** The conversation has begun, with which there is a voice. */
  onSession(session: CallSession): void
  /**
   * What became of the message, as the conversation tells: a sentence for the record. Undefined where none was begun.
   */
  outcomeOf(summary: Pick<CallSummary, 'transcript'>): string | undefined
  close(): void
}

type MailboxOptions = {
  detection: MachineDetection
  /** What is left where a message is to be left. */
  message?: string
  /** How long a machine's greeting is waited for before the message is left, in ms. */
  greetingMs: number
  /** How long the message may take, in ms. */
  messageMs: number
  /** Ends the call as a mailbox's. @param detail a sentence for the record */
  onHangUp(detail: string): void
}

const MESSAGE_LEFT = 'A message was left.'
const MESSAGE_CUT = 'The call ended before the message was over.'

/**
 * Decides what becomes of a call that a machine answered. Whoever is not known to be a machine is talked to: the agent
 * speaks from the first moment, and falls silent when it turns out to talk to a machine.
 */
export function createMailbox(options: MailboxOptions): Mailbox {
  const { detection, message, greetingMs, messageMs } = options
  let session: CallSession | undefined
  let isMachine = false
  let isReady = false
  let isLeaving = false
  let isClosed = false
  let timer: NodeJS.Timeout | undefined

  const leave = () => {
    isReady = true
    if (!session || isLeaving) return
    isLeaving = true
    clearTimeout(timer)
    void session.end('voicemail', { farewell: message, withinMs: messageMs })
  }

  return {
    onAnswerer(answerer, beep = false) {
      if (isClosed || answerer === 'human' || answerer === 'unknown' || detection === 'off') return
      if (answerer === 'fax' || detection === 'hang-up' || !message) {
        options.onHangUp(answerer === 'fax' ? 'A fax machine answered.' : 'A machine answered; no message was left.')
        return
      }
      if (!isMachine) {
        isMachine = true
        session?.hush()
        timer = setTimeout(leave, greetingMs)
      }
      if (beep) leave()
    },
    onGreetingEnded() {
      if (isMachine && !isClosed) leave()
    },
    onSession(begun) {
      session = begun
      if (isMachine) begun.hush()
      if (isReady) leave()
    },
    outcomeOf({ transcript }) {
      if (!isLeaving) return undefined
      const isLeft = transcript.some(
        ({ speaker, text, interrupted }) => speaker === 'agent' && !interrupted && text === message?.trim(),
      )
      return isLeft ? MESSAGE_LEFT : MESSAGE_CUT
    },
    close() {
      isClosed = true
      clearTimeout(timer)
    },
  }
}
