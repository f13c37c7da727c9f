/** What Twilio would log as an error or a warning of the account. */
export type Problem = {
  callSid: string
  /** Its number under https://www.twilio.com/docs/api/errors */
  code: number
  message: string
}

/** A document, a stream or a request that Twilio does not take. */
export class ProblemError extends Error {
  readonly code: number
  constructor(code: number, message: string) {
    super(message)
    this.code = code
  }
}
