import { setTimeout as delay } from 'node:timers/promises'
import { requestJson } from '../../src/provider-kit/http.ts'
import { isProviderError } from '../../src/provider-kit/index.ts'
import { CALL_ALREADY_ENDED, readErrorCode, toTelnyxError } from './errors.ts'
import type { JsonResponse } from '../../src/provider-kit/http.ts'
import type { AudioEncoding, ProviderContext, TelephonyClient } from '../../src/provider-kit/index.ts'
import type { TelnyxCredentials } from './credentials.ts'

/**
 * How long each attempt of a command waits, in ms. Telnyx advises to send a command again, with the same command_id,
 * after a 5xx or 500 ms of silence; the last attempt waits longer, so that a slow carrier is not a dead one.
 */
const ATTEMPT_TIMEOUTS_MS = [500, 500, 2000] as const
/** Pause before an attempt that follows an immediate failure, in ms. */
const RETRY_DELAY_MS = 50

const STREAM_CODECS: Readonly<Record<AudioEncoding, string>> = { mulaw: 'PCMU', alaw: 'PCMA' }

type Command = {
  carrierCallId: string
  commandId: string
  action: 'answer' | 'reject' | 'hangup' | 'streaming_start'
  parameters?: Readonly<Record<string, string>>
}

const isWorthRetrying = (error: unknown) =>
  isProviderError(error) && (error.kind === 'unreachable' || error.kind === 'timeout')

const hasAlreadyEnded = ({ status, json }: JsonResponse) => status === 422 && readErrorCode(json) === CALL_ALREADY_ENDED

/**
 * Commands of Telnyx Call Control for one tenant. All carry the command_id, which Telnyx heeds for 60 s, and are sent up
 * to three times on a 5xx or silence. Ending a call that has already ended succeeds.
 * The methods throw ProviderError: `closed` when the call has ended before, `rejected`, `limited`, `out-of-credit`,
 * `rate-limited`, `invalid-request`, `unreachable` or `timeout`.
 * Sources: https://developers.telnyx.com/api-reference/call-commands/answer-call and its siblings,
 * https://developers.telnyx.com/docs/voice/programmable-voice/command-retries
 */
export function createTelnyxClient({ credentials, origins }: ProviderContext<TelnyxCredentials>): TelephonyClient {
  const post = async (
    { carrierCallId, commandId, action, parameters }: Command,
    timeoutMs: number,
  ): Promise<JsonResponse> => {
    const response = await requestJson({
      provider: 'telnyx',
      url: `${origins.api}/v2/calls/${encodeURIComponent(carrierCallId)}/actions/${action}`,
      method: 'POST',
      headers: { authorization: `Bearer ${credentials.apiKey}` },
      body: { ...parameters, command_id: commandId },
      timeoutMs,
    })
    if (response.status >= 500) throw toTelnyxError({ status: response.status, body: response.json, action })
    return response
  }

  const postWithRetries = async (command: Command): Promise<JsonResponse> => {
    const [first, ...others] = ATTEMPT_TIMEOUTS_MS
    let answer = post(command, first)
    for (const timeoutMs of others) {
      try {
        return await answer
      } catch (error) {
        if (!isWorthRetrying(error)) throw error
        await delay(RETRY_DELAY_MS)
        answer = post(command, timeoutMs)
      }
    }
    return answer
  }

  const send = async (command: Command): Promise<void> => {
    const response = await postWithRetries(command)
    if (response.status < 300) return
    const isMeantToEnd = command.action === 'hangup' || command.action === 'reject'
    if (isMeantToEnd && hasAlreadyEnded(response)) return
    throw toTelnyxError({ status: response.status, body: response.json, action: command.action })
  }

  return {
    answer: (command) => send({ ...command, action: 'answer' }),
    reject: ({ cause, ...command }) =>
      send({ ...command, action: 'reject', parameters: { cause: cause === 'busy' ? 'USER_BUSY' : 'CALL_REJECTED' } }),
    hangUp: (command) => send({ ...command, action: 'hangup' }),
    startStream: ({ streamUrl, encoding, ...command }) =>
      send({
        ...command,
        action: 'streaming_start',
        parameters: {
          stream_url: streamUrl,
          stream_track: 'inbound_track',
          // Without it Telnyx streams whatever codec the call was set up with, G.722 or Opus included.
          stream_codec: STREAM_CODECS[encoding],
          stream_bidirectional_mode: 'rtp',
          stream_bidirectional_codec: STREAM_CODECS[encoding],
        },
      }),
  }
}
