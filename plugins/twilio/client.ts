import { setTimeout as delay } from 'node:timers/promises'
import { readRetryAfter, requestJson } from '../../src/provider-kit/http.ts'
import { isProviderError, ProviderError } from '../../src/provider-kit/index.ts'
import { basicAuth } from './credentials.ts'
import { INVALID_CALL_STATE, readErrorCode, toTwilioError } from './errors.ts'
import { isObject } from './shape.ts'
import { element, escapeXml, twiml } from './twiml.ts'
import { DIAL_PARAMETER } from './webhook.ts'
import type { JsonResponse } from '../../src/provider-kit/http.ts'
import type { DialCommand, ProviderContext, TelephonyClient } from '../../src/provider-kit/index.ts'
import type { TwilioCredentials } from './credentials.ts'

/** How long each attempt to end a call waits, in ms; the last one longer, so that a slow carrier is not a dead one. */
const HANG_UP_TIMEOUTS_MS = [1000, 1000, 4000] as const
/** Pause before an attempt that follows an immediate failure, in ms. */
const RETRY_DELAY_MS = 50

/** All of them, in the order in which they come. */
const STATUS_EVENTS = ['initiated', 'ringing', 'answered', 'completed'] as const

type Request = { action: string; path: string; form: URLSearchParams; timeoutMs?: number }

const isWorthRetrying = (error: unknown) =>
  isProviderError(error) && (error.kind === 'unreachable' || error.kind === 'timeout')

const hasAlreadyEnded = ({ status, json }: JsonResponse) => status === 404 || readErrorCode(json) === INVALID_CALL_STATE

const unlessInstructed = (what: string) => async (): Promise<never> => {
  throw new TypeError(`Twilio has no command to ${what}: its voice webhook is answered with instructions instead.`)
}

const withCommandId = (url: string, commandId: string) => `${url}?${DIAL_PARAMETER}=${encodeURIComponent(commandId)}`

const writeDial = (command: DialCommand): URLSearchParams => {
  const statusUrl = withCommandId(`${command.webhookUrl}/status`, command.commandId)
  const form = new URLSearchParams({
    To: command.to,
    From: command.from,
    Url: withCommandId(`${command.webhookUrl}/voice`, command.commandId),
    Method: 'POST',
    StatusCallback: statusUrl,
    StatusCallbackMethod: 'POST',
    Timeout: String(Math.max(1, Math.round(command.ringSeconds))),
  })
  for (const event of STATUS_EVENTS) form.append('StatusCallbackEvent', event)
  if (!command.detectMachine) return form
  // `DetectMessageEnd` tells of a machine only when its greeting is over, `Enable` as soon as it is known.
  form.set('MachineDetection', command.leavesMessage ? 'DetectMessageEnd' : 'Enable')
  form.set('AsyncAmd', 'true')
  form.set('AsyncAmdStatusCallback', statusUrl)
  form.set('AsyncAmdStatusCallbackMethod', 'POST')
  return form
}

/**
 * Commands to Twilio's REST API for one tenant. It has no key against repetition, so the `commandId` is honoured by what
 * is sent again: ending a call, which has no second effect, up to three times on a 5xx or silence; `dial` and `transfer`
 * never, as the first request may have arrived. A dial's command id goes into the query of its callbacks and comes back
 * as `dialCommandId`, so that a call whose answer was lost is still known. Ending a call that has ended succeeds.
 * The methods throw ProviderError: `closed` when the call has ended before, `rejected`, `limited`, `out-of-credit`,
 * `rate-limited`, `invalid-request`, `unreachable` or `timeout`. `answer`, `reject` and `startStream` throw TypeError:
 * they are instructions in the answer to a webhook.
 * Source: https://www.twilio.com/docs/voice/api/call-resource
 */
export function createTwilioClient({ credentials, origins }: ProviderContext<TwilioCredentials>): TelephonyClient {
  const post = async ({ action, path, form, timeoutMs }: Request): Promise<JsonResponse> => {
    const response = await requestJson({
      provider: 'twilio',
      url: `${origins.api}/2010-04-01/Accounts/${encodeURIComponent(credentials.accountSid)}/${path}`,
      method: 'POST',
      headers: { authorization: basicAuth(credentials), 'content-type': 'application/x-www-form-urlencoded' },
      body: form.toString(),
      timeoutMs,
    })
    if (response.status >= 500) throw toTwilioError({ status: response.status, body: response.json, action })
    return response
  }

  const refusal = ({ status, json, headers }: JsonResponse, action: string) =>
    toTwilioError({ status, body: json, action, retryAfterMs: readRetryAfter(headers) })

  const update = (carrierCallId: string, action: string, fields: Record<string, string>): Request => ({
    action,
    path: `Calls/${encodeURIComponent(carrierCallId)}.json`,
    form: new URLSearchParams(fields),
  })

  const postWithRetries = async (request: Request): Promise<JsonResponse> => {
    const [first, ...others] = HANG_UP_TIMEOUTS_MS
    let answer = post({ ...request, timeoutMs: first })
    for (const timeoutMs of others) {
      try {
        return await answer
      } catch (error) {
        if (!isWorthRetrying(error)) throw error
        await delay(RETRY_DELAY_MS)
        answer = post({ ...request, timeoutMs })
      }
    }
    return answer
  }

  return {
    answer: unlessInstructed('answer a call'),
    reject: unlessInstructed('reject a call'),
    startStream: unlessInstructed('open a two-way stream'),

    hangUp: async ({ carrierCallId }) => {
      const response = await postWithRetries(update(carrierCallId, 'hang-up', { Status: 'completed' }))
      if (response.status >= 300 && !hasAlreadyEnded(response)) throw refusal(response, 'hang-up')
    },

    dial: async (command) => {
      const response = await post({ action: 'dial', path: 'Calls.json', form: writeDial(command) })
      if (response.status >= 300) throw refusal(response, 'dial')
      const sid = isObject(response.json) ? response.json.sid : undefined
      if (typeof sid === 'string' && /^CA[0-9a-fA-F]{32}$/.test(sid)) return { carrierCallId: sid }
      throw new ProviderError({
        provider: 'twilio',
        kind: 'failed',
        status: response.status,
        message: 'Twilio took the call, but did not say under which id.',
      })
    },

    transfer: async ({ carrierCallId, to, from, webhookUrl }) => {
      const callback =
        webhookUrl === undefined
          ? {}
          : { statusCallback: `${webhookUrl}/status`, statusCallbackEvent: 'answered completed' }
      const number = element('Number', callback, escapeXml(to))
      const verbs = element('Dial', { callerId: from }, number)
      const response = await post(update(carrierCallId, 'transfer', { Twiml: twiml(verbs) }))
      if (response.status < 300) return
      if (!hasAlreadyEnded(response)) throw refusal(response, 'transfer')
      const { status, json } = response
      throw new ProviderError({
        provider: 'twilio',
        kind: 'closed',
        status,
        providerCode: readErrorCode(json),
        message: 'The call has already ended. (transfer)',
      })
    },
  }
}
