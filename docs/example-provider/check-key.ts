import { isProviderError, requestJson } from '../../src/provider-kit/index.ts'
import type { CheckKeyContext, KeyVerdict, ProviderError } from '../../src/provider-kit/index.ts'
import type { SpeechmaticsCredentials } from './credentials.ts'
import { toHttpError } from './errors.ts'
import { isObject } from './shape.ts'

const PORTAL = 'https://portal.speechmatics.com/settings/api-keys/'

/**
 * Asks for one transcription job of the key: free, and the request that Speechmatics shows for authentication. It does not
 * tell how many hours are left, which no endpoint does.
 * Source: speechmatics/docs, `docs/get-started/authentication.mdx` and `spec/batch.yaml` (`GET /jobs`)
 */
export async function checkKey(context: CheckKeyContext<SpeechmaticsCredentials>): Promise<KeyVerdict> {
  const { credentials, origins, signal } = context
  try {
    const { status, headers, json } = await requestJson({
      provider: 'speechmatics',
      url: `${origins.api}/v2/jobs?limit=1`,
      headers: { authorization: `Bearer ${credentials.apiKey}` },
      signal,
    })
    if (status !== 200) return refusal(toHttpError(status, headers))
    if (!isObject(json) || !Array.isArray(json.jobs)) return unreachable()
    const message = 'Speechmatics accepted the key. How many hours are left is not told.'
    return { status: 'valid', capabilities: { stt: true }, message, metadata: {} }
  } catch (error) {
    if (isProviderError(error)) return refusal(error)
    throw error
  }
}

function refusal({ kind, retryAfterMs }: ProviderError): KeyVerdict {
  const about = { capabilities: { stt: false }, metadata: {}, fixUrl: PORTAL }
  if (kind === 'rejected') {
    return { ...about, status: 'rejected', message: 'Speechmatics rejected the key. Make a new one in its portal.' }
  }
  if (kind === 'limited') {
    return { ...about, status: 'limited', message: 'Speechmatics knows the key, but its contract does not allow this.' }
  }
  if (kind === 'out-of-credit') {
    return { ...about, status: 'out-of-credit', message: 'The key is good, but its contract’s hours are used up.' }
  }
  return { ...unreachable(), ...(retryAfterMs === undefined ? {} : { retryAfterMs }) }
}

/** A rate limit, a fault and silence say nothing about a key. */
const unreachable = (): KeyVerdict => ({
  status: 'unreachable',
  capabilities: {},
  message: 'Speechmatics could not be asked. The key was not judged; try again later.',
  metadata: {},
})
