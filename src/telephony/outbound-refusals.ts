import type { ProviderError } from '../provider-kit/index.ts'
import type { Registry } from '../registry/index.ts'
import { ApiError } from '../rest/api-error.ts'
import { missingKeysError } from '../services/index.ts'
import { callStatusOf } from '../store/call-records.ts'
import type { CallRecord } from '../store/call-records.ts'
import { endOfRefused } from './closing.ts'

export const draining = (): ApiError =>
  new ApiError({ status: 503, code: 'draining', message: 'The server is shutting down. Call again in a moment.' })

export const tooManyCalls = (retryAfterSeconds: number): ApiError =>
  new ApiError({
    status: 429,
    code: 'too_many_calls',
    message: `That were too many calls within a minute. Try again in ${retryAfterSeconds} seconds.`,
    details: { retryAfterSeconds },
  })

export const agentNotFound = (): ApiError =>
  new ApiError({ status: 404, code: 'agent_not_found', message: 'There is no such agent in this workspace.' })

export const agentNotPublished = (): ApiError =>
  new ApiError({
    status: 422,
    code: 'agent_not_published',
    message: 'Only a published voice agent can call. Publish this agent first.',
  })

export const unknownVariables = (unknown: readonly string[], known: readonly string[]): ApiError => {
  const list = known.length === 0 ? 'It has none of its own.' : `It has: ${known.join(', ')}.`
  return new ApiError({
    status: 422,
    code: 'unknown_variables',
    message: `The agent has no variable ${unknown.join(', ')}. ${list}`,
    details: { unknown, known },
  })
}

export const unknownFrom = (): ApiError =>
  new ApiError({
    status: 422,
    code: 'unknown_from',
    message: 'The number to call from is not among the phone numbers of this workspace.',
  })

export const noNumber = (): ApiError =>
  new ApiError({
    status: 422,
    code: 'no_number',
    message: 'This workspace has no phone number to call from. Add one under Phone numbers.',
  })

/** A key that went away between the guard and the dial. */
export const keyGone = ({ message, provider }: { message: string; provider: string }): ApiError =>
  missingKeysError({ service: 'ai-calling', missingProviders: [provider], message: `${message}.` })

/** The carrier did not take the call: 422 where it refused, 502 where it could not be reached. */
export function carrierRefused({
  error,
  record,
  registry,
}: {
  error: ProviderError
  record: CallRecord
  registry: Registry
}): ApiError {
  const isSilent = error.kind === 'unreachable' || error.kind === 'timeout'
  const { reason: endedReason, detail: endedDetail } = endOfRefused(error)
  const name = registry.get(error.provider).name
  return new ApiError({
    status: isSilent ? 502 : 422,
    code: isSilent ? 'carrier_unreachable' : 'carrier_refused',
    message: isSilent ? `${name} could not be reached. ${error.message}` : `${name} refused the call. ${error.message}`,
    details: {
      call: { id: record.id, publicId: record.callId, status: callStatusOf({ endedReason }), endedReason, endedDetail },
    },
  })
}
