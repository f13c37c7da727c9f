import { isProviderError, requestJson } from '../../src/provider-kit/index.ts'
import type { CheckKeyContext, KeyStatus, KeyVerdict, ProviderError } from '../../src/provider-kit/index.ts'
import type { AssemblyAiCredentials } from './credentials.ts'
import { toAssemblyAiError } from './errors.ts'
import { probeStream } from './probe-stream.ts'

const KEYS = 'https://www.assemblyai.com/dashboard/api-keys'
const BILLING = 'https://www.assemblyai.com/dashboard/account/billing'
const NO_CREDIT = 'The key is good, but its account has no credit left. Add credit in the AssemblyAI dashboard.'
const NO_STREAMS =
  'AssemblyAI knows the key, but its account may not transcribe live. Look at its billing in the dashboard.'

/**
 * Asks for one transcript, whose answer is thrown away, then opens a stream that carries no audio. There is no request
 * for a balance or a plan, so that an empty account shows only in the stream's refusal.
 * Source: assemblyai-api-spec openapi.yml (listTranscripts)
 */
export async function checkKey(context: CheckKeyContext<AssemblyAiCredentials>): Promise<KeyVerdict> {
  const refused = await askForTranscripts(context)
  if (refused) return refusal(refused)
  const error = await probeStream(context)
  if (error?.kind === 'out-of-credit') return verdict('out-of-credit', NO_CREDIT, BILLING)
  if (error?.kind === 'rejected' || error?.kind === 'limited') return verdict('limited', NO_STREAMS, BILLING, false)
  return verdict('valid', 'AssemblyAI accepted the key. What is left of the account only its dashboard shows.')
}

async function askForTranscripts({
  credentials,
  origins,
  signal,
}: CheckKeyContext<AssemblyAiCredentials>): Promise<ProviderError | undefined> {
  try {
    const { status, headers, text } = await requestJson({
      provider: 'assemblyai',
      url: `${origins.api}/v2/transcript?limit=1`,
      headers: { authorization: credentials.apiKey },
      signal,
    })
    return status === 200 ? undefined : toAssemblyAiError({ status, headers, text })
  } catch (error) {
    if (isProviderError(error)) return error
    throw error
  }
}

function refusal(error: ProviderError): KeyVerdict {
  switch (error.kind) {
    case 'rejected':
      return verdict('rejected', 'AssemblyAI rejected the key. Take another from its dashboard.', KEYS)
    case 'out-of-credit':
      return verdict('out-of-credit', NO_CREDIT, BILLING)
    case 'limited':
      return verdict('limited', NO_STREAMS, BILLING, false)
    case 'rate-limited':
      return silence('AssemblyAI takes no more requests at the moment. The key was not judged.', error)
    default:
      // A 400 without a reason that is known says nothing about the key either: a wrong one is answered with 401.
      return silence('AssemblyAI could not be asked. The key was not judged.', error)
  }
}

const silence = (message: string, { retryAfterMs }: ProviderError): KeyVerdict => ({
  ...verdict('unreachable', message),
  ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
})

const verdict = (
  status: KeyStatus,
  message: string,
  fixUrl?: string,
  canTranscribe = status === 'valid',
): KeyVerdict => ({
  status,
  // Silence says nothing about what a key can do.
  capabilities: status === 'unreachable' ? {} : { stt: canTranscribe },
  message,
  metadata: {},
  ...(fixUrl === undefined ? {} : { fixUrl }),
})
