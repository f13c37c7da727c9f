import { isProviderError, readRetryAfter, requestJson } from '../../src/provider-kit/index.ts'
import type {
  CheckKeyContext,
  JsonResponse,
  KeyStatus,
  KeyVerdict,
  ProviderError,
} from '../../src/provider-kit/index.ts'
import { readDetailCode, toElevenLabsError } from './errors.ts'
import type { ElevenLabsCredentials } from './credentials.ts'
import { probeStream } from './probe-stream.ts'

const KEYS_URL = 'https://elevenlabs.io/app/settings/api-keys'
const PLAN_URL = 'https://elevenlabs.io/app/subscription'
const NOTHING = { tts: false, stt: false, 'voice-cloning': false }

const asNumber = (value: unknown): number | null => (typeof value === 'number' && Number.isFinite(value) ? value : null)
/** A word of the provider's own, `creator`, `free_disabled`; nothing longer is shown. */
const asWord = (value: unknown): string | null =>
  typeof value === 'string' && /^[a-z0-9_]{1,40}$/i.test(value) ? value : null
const asRecord = (json: unknown): Record<string, unknown> | undefined =>
  typeof json === 'object' && json !== null && !Array.isArray(json) ? (json as Record<string, unknown>) : undefined

const toError = ({ status, json, headers }: JsonResponse): ProviderError =>
  toElevenLabsError({
    code: readDetailCode(json),
    status,
    requestId: headers['request-id'],
    retryAfterMs: readRetryAfter(headers),
  })

const toRefusal = (error: ProviderError): KeyVerdict => {
  const refusals: Partial<Record<ProviderError['kind'], { status: KeyStatus; message: string; fixUrl: string }>> = {
    rejected: {
      status: 'rejected',
      message: 'ElevenLabs rejected this key. Check that it was copied whole and was not deleted, or create a new one.',
      fixUrl: KEYS_URL,
    },
    limited: {
      status: 'limited',
      message: error.message,
      fixUrl: error.providerCode === 'missing_permissions' ? KEYS_URL : PLAN_URL,
    },
    'out-of-credit': {
      status: 'out-of-credit',
      message:
        'The key is good, but its ElevenLabs account has no credits left. Wait for the next period, or change the plan.',
      fixUrl: PLAN_URL,
    },
  }
  const refusal = refusals[error.kind]
  if (refusal) return { ...refusal, capabilities: NOTHING, metadata: {} }
  const message = `${error.message} The key itself was not judged; try again later.`
  const { retryAfterMs } = error
  return { status: 'unreachable', capabilities: {}, message, metadata: {}, ...(retryAfterMs && { retryAfterMs }) }
}

/** The account as `GET /v1/user/subscription` shows it. Source: SDK `@elevenlabs/elevenlabs-js` 2.73.0, type `Subscription` */
const toAccountVerdict = (subscription: Record<string, unknown>, canTranscribe: boolean): KeyVerdict => {
  const { voice_slots_used: slotsUsed, voice_limit: slots, next_character_count_reset_unix: reset } = subscription
  const used = asNumber(subscription.character_count)
  const limit = asNumber(subscription.character_limit)
  const state = asWord(subscription.status)
  const metadata = {
    tier: asWord(subscription.tier),
    characterCount: used,
    characterLimit: limit,
    creditsLeft: used !== null && limit !== null ? Math.max(0, limit - used) : null,
    voiceSlotsUsed: asNumber(slotsUsed),
    voiceLimit: asNumber(slots),
    subscriptionStatus: state,
    resetsAt: asNumber(reset) ? new Date((reset as number) * 1000).toISOString() : null,
  }
  if (state === 'free_disabled') {
    const message = 'ElevenLabs disabled the free tier of this account. It speaks again on a paid plan.'
    return { status: 'limited', capabilities: NOTHING, message, fixUrl: PLAN_URL, metadata }
  }
  const isEmpty = used !== null && limit !== null && used >= limit && subscription.can_extend_character_limit !== true
  if (isEmpty) {
    const message = `The key is good, but all ${limit} credits of this period are used. Wait for the next one, or change the plan.`
    return { status: 'out-of-credit', capabilities: NOTHING, message, fixUrl: PLAN_URL, metadata }
  }
  const left = metadata.creditsLeft === null ? '' : `${metadata.creditsLeft} of ${limit} credits are left.`
  const hasCloning = subscription.can_use_instant_voice_cloning === true
  const hasSlot = (asNumber(slotsUsed) ?? 0) < (asNumber(slots) ?? Number.POSITIVE_INFINITY)
  const capabilities = { tts: true, stt: canTranscribe, 'voice-cloning': hasCloning && hasSlot }
  if (!canTranscribe || !hasCloning) {
    const lacks = [
      ...(canTranscribe ? [] : ['it may not transcribe (permission Speech to Text)']),
      ...(hasCloning ? [] : ['its plan has no voice cloning']),
    ]
    const message = `The key works for speech, but ${lacks.join(', and ')}. ${left}`.trim()
    return { status: 'limited', capabilities, message, fixUrl: canTranscribe ? PLAN_URL : KEYS_URL, metadata }
  }
  const message = `The key works. ${left}${hasSlot ? '' : ' Every voice slot is taken: delete a voice before you clone another.'}`
  return { status: 'valid', capabilities, message: message.trim(), metadata }
}

/** A restricted key may speak without being allowed to read the account. */
const toRestrictedVerdict = (canReadModels: boolean, canTranscribe: boolean): KeyVerdict => ({
  status: 'limited',
  capabilities: { tts: true, stt: canTranscribe, 'voice-cloning': false },
  message: [
    canReadModels
      ? 'The key is good. It may not read its account (permission User), so its credits and voice cloning cannot be shown.'
      : 'The key is good but restricted so far that nothing about it can be read. Calls work if it has the permission Text to Speech.',
    ...(canTranscribe ? [] : ['It may not transcribe (permission Speech to Text).']),
  ].join(' '),
  fixUrl: KEYS_URL,
  metadata: {},
})

/**
 * Only a refusal tells that a key may not transcribe; silence, or a fault, tells nothing.
 * @throws ProviderError `out-of-credit`: a matter of the account, not of what the key may do
 */
const mayTranscribe = async (context: CheckKeyContext<ElevenLabsCredentials>): Promise<boolean> => {
  const refusal = await probeStream(context)
  if (refusal?.kind === 'out-of-credit') throw refusal
  return refusal?.kind !== 'rejected' && refusal?.kind !== 'limited'
}

/**
 * Reads the key's subscription; where the key may not, its models; then opens a transcription. Costs no credits.
 * A 401 is judged by its code: `missing_permissions` and `quota_exceeded` come with a good key.
 * Source: https://elevenlabs.io/docs/api-reference/user/subscription/get
 */
export async function checkKey(context: CheckKeyContext<ElevenLabsCredentials>): Promise<KeyVerdict> {
  const { credentials, origins, signal } = context
  const get = (path: string) =>
    requestJson({
      provider: 'elevenlabs',
      url: `${origins.api}${path}`,
      headers: { 'xi-api-key': credentials.apiKey },
      signal,
    })
  try {
    const account = await get('/v1/user/subscription')
    if (account.status === 200) {
      const subscription = asRecord(account.json)
      if (subscription && 'character_limit' in subscription) {
        return toAccountVerdict(subscription, await mayTranscribe(context))
      }
      return toRefusal(toElevenLabsError({ status: 200 }))
    }
    const error = toError(account)
    if (error.providerCode !== 'missing_permissions') return toRefusal(error)
    const models = await get('/v1/models')
    const second = models.status === 200 ? undefined : toError(models)
    if (second && second.providerCode !== 'missing_permissions') return toRefusal(second)
    return toRestrictedVerdict(!second, await mayTranscribe(context))
  } catch (error) {
    if (isProviderError(error)) return toRefusal(error)
    throw error
  }
}
