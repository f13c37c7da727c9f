import { randomBytes } from 'node:crypto'
import { describeCall, describeProgress, END_STATUSES } from './parameters.ts'
import { ProblemError } from './problems.ts'
import { createTransfer } from '../carrier-kit/transfer.ts'
import { parseTwiml } from './twiml.ts'
import type { CarrierCall } from './carrier-call.ts'
import type { CallFacts, CallStatus, Parameters } from './parameters.ts'
import type { Verb } from './twiml.ts'

export type ScriptRunner = {
  /** Does what a document says, verb by verb; where it comes to its end, the call is hung up. */
  run(document: string, base: string): Promise<void>
  /** Asks the application what to do, and does it. */
  fetchAndRun(url: string, eventType: string, extra?: Parameters): Promise<void>
  /** Whatever is being done, nothing follows it. */
  interrupt(): void
}

/** `next` goes on with the following verb, `over` does not. */
type Step = 'next' | 'over'

const XML_TYPES = /^(text\/xml|application\/xml|text\/html)\s*(;|$)/i

/**
 * Runs a call's TwiML. What Twilio could not run ends the call as failed, its code among the call's problems.
 * Sources: https://www.twilio.com/docs/voice/twiml, https://www.twilio.com/docs/api/errors/11200 (no answer),
 * 12300 (content type), 12100 (not XML), 12200 (not TwiML)
 */
export function createScriptRunner(call: CarrierCall): ScriptRunner {
  let generation = 0

  const fail = (code: number, message: string) => {
    call.report(code, message)
    call.end('unspecified', 'unknown')
  }

  const perform = async (verb: Verb, isFirst: boolean): Promise<Step> => {
    if (verb.verb === 'reject') {
      if (isFirst && call.state === 'ringing') call.reject(verb.reason === 'busy' ? 'user_busy' : 'call_rejected')
      else call.end('normal_clearing', call.ourSide)
      return 'over'
    }
    // Any other verb picks the call up.
    if (call.direction === 'incoming') call.answer()
    switch (verb.verb) {
      case 'hangup':
        call.end('normal_clearing', call.ourSide)
        return 'over'
      case 'say':
        return 'next'
      case 'pause':
        await new Promise<void>((resolve) => call.after(verb.ms, resolve))
        return 'next'
      case 'redirect':
        void fetchAndRun(verb.url, 'voice')
        return 'over'
      case 'connect': {
        const mine = generation
        await call.openStream(verb.stream)
        if (mine !== generation || call.state === 'ended' || verb.action === undefined) return 'next'
        void fetchAndRun(verb.action, 'voice')
        return 'over'
      }
      case 'dial':
        return dial(verb)
    }
  }

  const dial = async ({ number, callerId, timeoutMs, action }: Extract<Verb, { verb: 'dial' }>): Promise<Step> => {
    const mine = generation
    let sequence = 0
    const from = callerId ?? call.from
    const legSid = `CA${randomBytes(16).toString('hex')}`
    const tell = (event: 'initiated' | 'ringing' | 'answered' | 'completed', status: CallStatus) => {
      if (number.statusCallback === undefined || !number.statusCallbackEvents.includes(event)) return
      const { callSid: parentCallSid, account } = call
      const leg: CallFacts = {
        accountSid: account.accountSid,
        callSid: legSid,
        parentCallSid,
        from,
        to: number.to,
        direction: 'outbound-dial',
      }
      call.tell(number.statusCallback, 'dial', { ...describeCall(leg, status), ...describeProgress(sequence++) })
    }
    const transfer = createTransfer({
      legId: legSid,
      to: number.to,
      from,
      timeoutMs,
      script: call.account.callees[number.to],
      onProgress: (event) => tell(event, event === 'answered' ? 'in-progress' : event),
      onEnd: (cause) => tell('completed', END_STATUSES[cause]),
    })
    call.transfers.push(transfer)
    call.transferred.resolve(transfer)
    const status = END_STATUSES[await transfer.ended]
    if (mine !== generation || call.state === 'ended' || action === undefined) return 'next'
    void fetchAndRun(action, 'dial', { DialCallSid: legSid, DialCallStatus: status })
    return 'over'
  }

  const run = async (document: string, base: string): Promise<void> => {
    const mine = ++generation
    let verbs: Verb[]
    try {
      verbs = parseTwiml(document, base)
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error
      return fail(error.code, error.message)
    }
    for (const [index, verb] of verbs.entries()) {
      const step = await perform(verb, index === 0)
      if (mine !== generation || call.state === 'ended' || step === 'over') return
    }
    if (call.direction === 'incoming') call.answer()
    call.end('normal_clearing', call.ourSide)
  }

  const fetchAndRun = async (url: string, eventType: string, extra: Parameters = {}): Promise<void> => {
    const mine = ++generation
    const delivery = await call.ask(url, eventType, { ...describeCall(call.facts, call.status), ...extra })
    if (!delivery || mine !== generation || call.state === 'ended') return
    const { status = 0, answer = '', contentType = '', failure } = delivery
    if (status < 200 || status >= 300) return fail(11200, `HTTP retrieval failure: ${failure ?? status}`)
    if (!XML_TYPES.test(contentType)) return fail(12300, 'Invalid Content-Type')
    await run(answer, url)
  }

  return { run, fetchAndRun, interrupt: () => void generation++ }
}
