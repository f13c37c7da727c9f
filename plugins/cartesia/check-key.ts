import { isProviderError } from '../../src/provider-kit/index.ts'
import type { CheckKeyContext, KeyStatus, KeyVerdict, ProviderError } from '../../src/provider-kit/index.ts'
import type { CartesiaCredentials } from './credentials.ts'
import { requestVoices } from './voices.ts'

const KEYS_URL = 'https://play.cartesia.ai/keys'
const PLAN_URL = 'https://play.cartesia.ai/subscription'

const REFUSALS: Partial<Record<ProviderError['kind'], { status: KeyStatus; message: string; fixUrl: string }>> = {
  rejected: {
    status: 'rejected',
    message: 'Cartesia rejected this key. Check that it was copied whole and was not deleted, or create a new one.',
    fixUrl: KEYS_URL,
  },
  limited: {
    status: 'limited',
    message: 'Cartesia knows this key but does not let it see voices. Use a regular key, and check the plan.',
    fixUrl: KEYS_URL,
  },
  'out-of-credit': {
    status: 'out-of-credit',
    message: 'The key is good, but its Cartesia account has no credits left. Buy more, or wait for the next period.',
    fixUrl: PLAN_URL,
  },
}

const toRefusal = (error: ProviderError): KeyVerdict => {
  const refusal = REFUSALS[error.kind]
  if (refusal) return { ...refusal, capabilities: { tts: false }, metadata: {} }
  const message = `${error.message} The key itself was not judged; try again later.`
  const { retryAfterMs } = error
  return { status: 'unreachable', capabilities: {}, message, metadata: {}, ...(retryAfterMs && { retryAfterMs }) }
}

/**
 * Reads one voice. Costs no credits. Credits and plan can be read with an admin key alone, so they are not shown.
 * Sources: https://docs.cartesia.ai/api-reference/voices/list, https://docs.cartesia.ai/use-the-api/api-conventions
 */
export async function checkKey({
  credentials,
  origins,
  signal,
}: CheckKeyContext<CartesiaCredentials>): Promise<KeyVerdict> {
  try {
    await requestVoices({ credentials, origins, signal, query: new URLSearchParams({ limit: '1' }) })
    const message = 'The key works. Cartesia tells what is left of the credits only in its own console.'
    return { status: 'valid', capabilities: { tts: true }, message, metadata: {} }
  } catch (error) {
    if (isProviderError(error)) return toRefusal(error)
    throw error
  }
}
