import { setTimeout as delay } from 'node:timers/promises'
import { requestJson } from '../../src/provider-kit/http.ts'
import { isProviderError, ProviderError } from '../../src/provider-kit/index.ts'
import { CALL_ALREADY_ENDED, readErrorCode, toTelnyxError } from './errors.ts'
import type { JsonResponse } from '../../src/provider-kit/http.ts'
import type { AudioEncoding, DialCommand, ProviderContext, TelephonyClient } from '../../src/provider-kit/index.ts'
import { writeClientState } from './client-state.ts'
import { isObject, optionalString } from './shape.ts'
import type { TelnyxCredentials } from './credentials.ts'

/**
 * How long each attempt of a command waits, in ms. Telnyx advises to send a command again, with the same command_id,
 * after a 5xx or 500 ms of silence; the last attempt waits longer, so that a slow carrier is not a dead one.
 */
const ATTEMPT_TIMEOUTS_MS = [500, 500, 2000] as const
/** A dial may wait for the network that it goes to. It is sent again with the same command_id, which Telnyx dials once. */
const DIAL_TIMEOUTS_MS = [5000, 8000] as const
/** Pause before an attempt that follows an immediate failure, in ms. */
const RETRY_DELAY_MS = 50

const STREAM_CODECS: Readonly<Record<AudioEncoding, string>> = { mulaw: 'PCMU', alaw: 'PCMA' }

type Command = {
  carrierCallId: string
  commandId: string
  action: 'answer' | 'reject' | 'hangup' | 'streaming_start' | 'transfer' | 'send_dtmf'
  parameters?: Readonly<Record<string, string>>
}

type Posted = { path: string; action: string; body: Readonly<Record<string, unknown>> }

/** How long Telnyx lets a dialled call ring, in seconds. */
const clampRingSeconds = (seconds: number) => Math.min(600, Math.max(5, Math.round(seconds)))

/** The parameters of a dial. `premium` detection is the one that Telnyx recommends, and the only one that tells a fax. */
const toDialBody = (connectionId: string, command: DialCommand) => ({
  connection_id: connectionId,
  to: command.to,
  from: command.from,
  timeout_secs: clampRingSeconds(command.ringSeconds),
  // Whatever URL the application has: the events of this call come here.
  webhook_url: command.webhookUrl,
  webhook_url_method: 'POST',
  client_state: writeClientState({ kind: 'dial', commandId: command.commandId }),
  command_id: command.commandId,
  ...(command.detectMachine ? { answering_machine_detection: 'premium' } : {}),
})

const isWorthRetrying = (error: unknown) =>
  isProviderError(error) && (error.kind === 'unreachable' || error.kind === 'timeout')

const hasAlreadyEnded = ({ status, json }: JsonResponse) => status === 422 && readErrorCode(json) === CALL_ALREADY_ENDED

/**
 * Commands of Telnyx Call Control for one tenant. All carry the command_id, which Telnyx heeds for 60 s, and are sent up
 * to three times on a 5xx or silence, a dial twice. Ending a call that has already ended succeeds.
 * The methods throw ProviderError: `closed` when the call has ended before, `rejected`, `limited`, `out-of-credit`,
 * `rate-limited`, `invalid-request`, `unreachable` or `timeout`.
 * Sources: https://developers.telnyx.com/api-reference/call-commands/answer-call and its siblings,
 * https://developers.telnyx.com/docs/voice/programmable-voice/command-retries,
 * `CallDialParams`, `ActionTransferParams` and `ActionSendDtmfParams` of the `telnyx` package
 */
export function createTelnyxClient({ credentials, origins }: ProviderContext<TelnyxCredentials>): TelephonyClient {
  const post = async ({ path, action, body }: Posted, timeoutMs: number): Promise<JsonResponse> => {
    const response = await requestJson({
      provider: 'telnyx',
      url: `${origins.api}${path}`,
      method: 'POST',
      headers: { authorization: `Bearer ${credentials.apiKey}` },
      body,
      timeoutMs,
    })
    if (response.status >= 500) throw toTelnyxError({ status: response.status, body: response.json, action })
    return response
  }

  const postWithRetries = async (posted: Posted, timeoutsMs: readonly [number, ...number[]]): Promise<JsonResponse> => {
    const [first, ...others] = timeoutsMs
    let answer = post(posted, first)
    for (const timeoutMs of others) {
      try {
        return await answer
      } catch (error) {
        if (!isWorthRetrying(error)) throw error
        await delay(RETRY_DELAY_MS)
        answer = post(posted, timeoutMs)
      }
    }
    return answer
  }

  const send = async ({ carrierCallId, commandId, action, parameters }: Command): Promise<void> => {
    const path = `/v2/calls/${encodeURIComponent(carrierCallId)}/actions/${action}`
    const body = { ...parameters, command_id: commandId }
    const response = await postWithRetries({ path, action, body }, ATTEMPT_TIMEOUTS_MS)
    if (response.status < 300) return
    const isMeantToEnd = action === 'hangup' || action === 'reject'
    if (isMeantToEnd && hasAlreadyEnded(response)) return
    throw toTelnyxError({ status: response.status, body: response.json, action })
  }

  const dial = async (command: DialCommand): Promise<{ carrierCallId: string }> => {
    const body = toDialBody(credentials.connectionId, command)
    const { status, json } = await postWithRetries({ path: '/v2/calls', action: 'dial', body }, DIAL_TIMEOUTS_MS)
    if (status >= 300) throw toTelnyxError({ status, body: json, action: 'dial' })
    const carrierCallId = isObject(json) && isObject(json.data) ? optionalString(json.data.call_control_id) : undefined
    // Not documented: what the second of two dials with one command_id is answered with.
    if (!carrierCallId) {
      throw new ProviderError({ provider: 'telnyx', kind: 'failed', message: 'Telnyx did not name the dialled call.' })
    }
    return { carrierCallId }
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
    dial,
    transfer: ({ to, from, webhookUrl, ...command }) =>
      send({
        ...command,
        action: 'transfer',
        parameters: {
          to,
          ...(from === undefined ? {} : { from }),
          // As of a dial: the application may send its events elsewhere.
          ...(webhookUrl === undefined ? {} : { webhook_url: webhookUrl, webhook_url_method: 'POST' }),
          // The new leg's events name that leg alone: its state says whose transfer it is.
          target_leg_client_state: writeClientState({ kind: 'transfer', carrierCallId: command.carrierCallId }),
        },
      }),
    sendDtmf: ({ digits, ...command }) => send({ ...command, action: 'send_dtmf', parameters: { digits } }),
  }
}
