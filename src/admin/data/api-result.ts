/** What one of our endpoints answered: its data, or its refusal in a sentence for a person. */
export type ApiResult<Data> = { ok: true; data: Data } | ApiFailure

export type ApiFailure = {
  ok: false
  /** HTTP status; 0 where nothing answered. */
  status: number
  /** The endpoint's stable word for the refusal. */
  code: string
  message: string
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

/** Reads an answer of one of our endpoints; one that is no JSON of ours counts as none. Throws nothing. */
export async function toApiResult<Data>(answer: Response | Promise<Response>): Promise<ApiResult<Data>> {
  try {
    const response = await answer
    const body = (await response.json()) as Record<string, unknown>
    if (response.ok) return { ok: true, data: body as Data }
    const { error, code, ...details } = body
    if (typeof error !== 'string') return { ...SILENCE, status: response.status }
    return { ok: false, status: response.status, code: String(code), message: error, details }
  } catch {
    return SILENCE
  }
}
