export type Answer = { status: number; body: unknown }

/** An error as Telnyx writes it. Codes that its documentation names are used; 10015 stands for the rest. */
export const refusal = (status: number, code: string, title: string, detail = title): Answer => ({
  status,
  body: {
    errors: [{ code, title, detail, meta: { url: `https://developers.telnyx.com/docs/overview/errors/${code}` } }],
  },
})

export const ok = (data: unknown): Answer => ({ status: 200, body: { data } })

export const NOT_FOUND = refusal(
  404,
  '10005',
  'Resource not found',
  'The requested resource or URL could not be found.',
)
export const UNAUTHORIZED = refusal(
  401,
  '10009',
  'Authentication failed',
  'Could not find any usable credentials in the request.',
)
export const CALL_ENDED = refusal(
  422,
  '90018',
  'Call has already ended',
  "This call is no longer active and can't receive commands.",
)

const NO_PROFILE = 'Connection has no Outbound Profile assigned'
/** To a dial. Source: https://github.com/dograh-hq/dograh/issues/778 (recorded live in September 2026) */
export const NO_OUTBOUND_PROFILE: Answer = {
  status: 403,
  body: {
    data: { call_control_id: 'v3:refused' },
    errors: [{ code: '10010', title: 'Authorization failed', detail: `${NO_PROFILE} D38. ${NO_PROFILE}.` }],
    telnyx_error: { error_code: 'D38' },
  },
}

/** A parameter that is missing, unknown or of the wrong type. */
export const invalid = (detail: string) => refusal(422, '10015', 'Bad Request', detail)

/** The JSON object of a request, `{}` for an empty body, undefined when it is something else. */
export const parseBody = (body: string): Record<string, unknown> | undefined => {
  try {
    const parsed: unknown = body === '' ? {} : JSON.parse(body)
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
      ? (parsed as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}
