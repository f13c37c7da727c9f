/** What one of our endpoints answered: its data, or its refusal in a sentence for a person. */
export type ApiResult<Data> = { ok: true; data: Data } | ApiFailure

export type ApiFailure = {
  ok: false
  /** HTTP status; 0 where nothing answered. */
  status: number
  /** The endpoint's stable word for the refusal. */
  code: string
  message: string
  /** How long to wait before the next attempt, in s, where the answer says so. */
  retryAfterSeconds?: number
  /** What came beside the message. */
  details: Record<string, unknown>
}

const SILENCE: ApiFailure = {
  ok: false,
  status: 0,
  code: 'no_answer',
  message: 'The server did not answer. Check your connection and try again.',
  details: {},
}

/** Reads an answer of our endpoints or of Payload's; one that is neither counts as none. Throws nothing. */
export async function toApiResult<Data>(answer: Response | Promise<Response>): Promise<ApiResult<Data>> {
  try {
    const response = await answer
    const body = (await response.json()) as Record<string, unknown>
    if (response.ok) return { ok: true, data: body as Data }
    if (Array.isArray(body.errors)) return readPayloadErrors(response.status, body.errors as PayloadError[])
    const { error, code, ...details } = body
    if (typeof error !== 'string') return { ...SILENCE, status: response.status }
    const retryAfterSeconds = Number(response.headers.get('Retry-After')) || undefined
    return { ok: false, status: response.status, code: String(code), message: error, retryAfterSeconds, details }
  } catch {
    return SILENCE
  }
}

type PayloadError = { message: string; data?: { errors?: { path: string; message: string }[] } | null }

/** Payload's own endpoints complain in a form of their own. */
function readPayloadErrors(status: number, [first]: PayloadError[]): ApiFailure {
  const fields = (first?.data?.errors ?? []).map(({ path, message }) => ({ field: path, message }))
  return { ok: false, status, code: 'refused', message: first?.message ?? SILENCE.message, details: { fields } }
}
