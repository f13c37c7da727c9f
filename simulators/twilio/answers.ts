export type Answer = { status: number; body: unknown }

/** An error as Twilio writes it. Source: `lib/base/RestException.js` of the `twilio` package */
export const refusal = (status: number, code: number, message: string): Answer => ({
  status,
  body: { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status },
})

export const UNAUTHORIZED = refusal(401, 20003, 'Authenticate')
export const NOT_FOUND = refusal(404, 20404, 'The requested resource was not found')
export const NOT_ACTIVE = refusal(403, 20005, 'Account not active')
export const FORBIDDEN = refusal(403, 20403, 'Forbidden')
export const INVALID_STATE = refusal(400, 21220, 'Call is not in-progress. Cannot redirect.')

/** A refused form; thrown by what reads it. */
export class FormError extends Error {
  readonly answer: Answer
  constructor(code: number, message: string) {
    super(message)
    this.answer = refusal(400, code, message)
  }
}
