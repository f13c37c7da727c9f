import { isProviderError, requestJson } from '../../src/provider-kit/index.ts'
import type { CheckKeyContext, KeyStatus, KeyVerdict, ProviderError } from '../../src/provider-kit/index.ts'
import type { SonioxCredentials } from './credentials.ts'
import { toSonioxError } from './errors.ts'
import { probeStream } from './probe-stream.ts'
import { isObject, numberOf } from './shape.ts'

const CONSOLE = 'https://console.soniox.com'
const NO_CREDIT =
  'The key is good, but its account has no credit left or its monthly budget is used up. Add credit in the Soniox console.'

type Metadata = KeyVerdict['metadata']
type Answer = { json: unknown } | { error: ProviderError }

/**
 * Asks for the models, then for the limits of streams, then starts a stream that carries no audio. What is left of the
 * balance only a key of the organization may read, so that an empty account shows only in the stream's refusal.
 * Sources: @soniox/node 2.3.0 (`models.list`, `concurrencyLimits.get`),
 * https://soniox.com/docs/guides/organization-api
 */
export async function checkKey(context: CheckKeyContext<SonioxCredentials>): Promise<KeyVerdict> {
  const models = await get(context, '/v1/models')
  if ('error' in models) return refusal(models.error)
  const limits = await get(context, '/v1/concurrency-limits')
  const metadata = { ...countModels(models.json), ...readLimits('json' in limits ? limits.json : undefined) }
  const { streamLimit, openStreams } = metadata
  // The last free stream is left to a call.
  const isBusy = streamLimit !== null && openStreams !== null && openStreams >= Math.max(1, streamLimit - 1)
  const error = isBusy ? undefined : await probeStream(context)
  if (error?.kind === 'out-of-credit') return verdict('out-of-credit', NO_CREDIT, metadata, CONSOLE)
  if (error?.kind === 'rejected' || error?.kind === 'limited') {
    const message = 'Soniox knows the key, but it refused to transcribe with it. Make a new one in its console.'
    return verdict('limited', message, metadata, CONSOLE, false)
  }
  const streams = streamLimit === null ? '' : ` Up to ${streamLimit} calls may be transcribed at a time.`
  return verdict('valid', `Soniox accepted the key.${streams}`, metadata)
}

async function get(context: CheckKeyContext<SonioxCredentials>, path: string): Promise<Answer> {
  const { credentials, origins, signal } = context
  try {
    const { status, headers, text, json } = await requestJson({
      provider: 'soniox',
      url: `${origins.api}${path}`,
      headers: { authorization: `Bearer ${credentials.apiKey}` },
      signal,
    })
    return status === 200 ? { json } : { error: toSonioxError({ status, headers, text }) }
  } catch (error) {
    if (isProviderError(error)) return { error }
    throw error
  }
}

function countModels(json: unknown): { liveModels: number } {
  const rows = isObject(json) && Array.isArray(json.models) ? json.models.filter(isObject) : []
  return { liveModels: rows.filter((row) => row.transcription_mode === 'real_time').length }
}

/** The tighter of the project's and the organization's limits; null where there is none or it was not told. */
function readLimits(json: unknown): { streamLimit: number | null; openStreams: number | null } {
  const scopes = isObject(json) ? [json.project, json.organization].filter(isObject) : []
  const numbers = (part: 'limits' | 'current') =>
    scopes.flatMap((scope) => (isObject(scope[part]) ? (numberOf(scope[part].transcribe_concurrent) ?? []) : []))
  const limits = numbers('limits')
  const current = numbers('current')
  return {
    streamLimit: limits.length > 0 ? Math.min(...limits) : null,
    openStreams: current.length > 0 ? Math.max(...current) : null,
  }
}

function refusal(error: ProviderError): KeyVerdict {
  switch (error.kind) {
    case 'rejected':
    case 'invalid-request':
      return verdict('rejected', 'Soniox rejected the key. Make a new one in its console.', {}, CONSOLE)
    case 'out-of-credit':
      return verdict('out-of-credit', NO_CREDIT, {}, CONSOLE)
    case 'limited': {
      const message =
        'Soniox knows the key, but it is not the key of a project. Make one under the API keys of a project.'
      return verdict('limited', message, {}, CONSOLE, false)
    }
    case 'rate-limited':
      return silence('Soniox takes no more requests at the moment. The key was not judged.', error)
    default:
      return silence('Soniox could not be asked. The key was not judged.', error)
  }
}

const silence = (message: string, { retryAfterMs }: ProviderError): KeyVerdict => ({
  ...verdict('unreachable', message, {}),
  ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
})

const verdict = (
  status: KeyStatus,
  message: string,
  metadata: Metadata,
  fixUrl?: string,
  canTranscribe = status === 'valid',
): KeyVerdict => ({
  status,
  // Silence says nothing about what a key can do.
  capabilities: status === 'unreachable' ? {} : { stt: canTranscribe },
  message,
  metadata,
  ...(fixUrl === undefined ? {} : { fixUrl }),
})
