import { isProviderError } from '../../src/provider-kit/index.ts'
import type { CheckKeyContext, KeyStatus, KeyVerdict, ProviderError } from '../../src/provider-kit/index.ts'
import type { HumeCredentials } from './credentials.ts'
import { requestVoices } from './voices.ts'

const KEYS_URL = 'https://platform.hume.ai/settings/keys'
const BILLING_URL = 'https://platform.hume.ai/billing'

const REFUSALS: Partial<Record<ProviderError['kind'], { status: KeyStatus; message: string; fixUrl: string }>> = {
  rejected: {
    status: 'rejected',
    message: 'Hume rejected this key. Check that it was copied whole; Hume ended its speech service in November 2026.',
    fixUrl: KEYS_URL,
  },
  limited: {
    status: 'limited',
    message: 'Hume knows this key but does not let it use speech.',
    fixUrl: KEYS_URL,
  },
  'out-of-credit': {
    status: 'out-of-credit',
    message: 'The key is good, but its Hume account has no credits left.',
    fixUrl: BILLING_URL,
  },
}

const toRefusal = (error: ProviderError): KeyVerdict => {
  const refusal = REFUSALS[error.kind]
  if (refusal) return { ...refusal, capabilities: { tts: false }, metadata: {} }
  const message = `${error.message} The key itself was not judged.`
  const { retryAfterMs } = error
  return { status: 'unreachable', capabilities: {}, message, metadata: {}, ...(retryAfterMs && { retryAfterMs }) }
}

/**
 * Reads one voice of Hume's library. Costs no credits; Hume shows no balance.
 * Source: SDK `hume` 0.16.0, `tts.voices.list`
 */
export async function checkKey(context: CheckKeyContext<HumeCredentials>): Promise<KeyVerdict> {
  try {
    await requestVoices({ ...context, library: 'HUME_AI', page: 0, pageSize: 1 })
    const message = 'The key works. Hume tells what is left of the credits only in its own console.'
    return { status: 'valid', capabilities: { tts: true }, message, metadata: {} }
  } catch (error) {
    if (isProviderError(error)) return toRefusal(error)
    throw error
  }
}
