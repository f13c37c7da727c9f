import { availableCreditOf } from './account.ts'
import { handleApplication, listNumbers, readBalance } from './account-resources.ts'
import { CALL_ENDED, invalid, NO_OUTBOUND_PROFILE, NOT_FOUND, ok, parseBody, refusal, UNAUTHORIZED } from './answers.ts'
import { commandSchemas, isActionName } from './command-schemas.ts'
import type { z } from 'zod'
import type { TelnyxAccount } from './account.ts'
import type { Answer } from './answers.ts'
import type { CarrierCall } from './carrier-call.ts'
import type { ActionName, StreamCommand } from './command-schemas.ts'
import type { Codec } from '../carrier-kit/carrier-stream.ts'
import type { StreamParameters } from './media-stream.ts'

export type Command = {
  /** Ms since the epoch. */
  at: number
  apiKey: string
  /** `answer`, `reject`, `hangup`, `streaming_start`, `streaming_stop`, `transfer`, `send_dtmf` or `dial`. */
  action: string
  callControlId: string | undefined
  body: Readonly<Record<string, unknown>>
  /** What was answered. */
  status: number
  /** True when its command_id had been seen before, so that it had no effect. */
  isDuplicate: boolean
}

export type Exchange = {
  findAccount(apiKey: string): TelnyxAccount | undefined
  /** Another account's call is none. */
  findCall(callControlId: string, account: TelnyxAccount): CarrierCall | 'ended' | undefined
  /** A command_id that was seen dials nothing. */
  dial(account: TelnyxAccount, command: z.infer<typeof commandSchemas.dial>): { call: CarrierCall; isRepeated: boolean }
  /** True when the pair was seen within 60 s; remembers it otherwise. */
  isRepeated(callControlId: string, commandId: string): boolean
  record(command: Command): void
}

export type Request = { method: string; path: string; query: URLSearchParams; apiKey: string | undefined; body: string }

const isG711 = (codec: string | undefined): codec is Codec | undefined =>
  codec === undefined || codec === 'PCMU' || codec === 'PCMA'

/** @returns the stream that a command asks for, or why this simulator does not speak it */
function readStream(call: CarrierCall, command: StreamCommand): StreamParameters | string {
  const codec = command.stream_codec === 'default' ? undefined : command.stream_codec
  const isRtp = command.stream_bidirectional_mode === 'rtp'
  if (command.stream_bidirectional_mode === 'mp3') return 'this simulator speaks the bidirectional mode rtp only'
  if (command.stream_bidirectional_codec !== undefined && !isRtp) return 'stream_bidirectional_codec needs the mode rtp'
  if (!isG711(codec) || !isG711(command.stream_bidirectional_codec)) return 'this simulator speaks PCMU and PCMA only'
  return {
    url: command.stream_url ?? '',
    track: command.stream_track ?? 'inbound_track',
    codec: codec ?? call.codec,
    bidirectionalCodec: isRtp ? (command.stream_bidirectional_codec ?? 'PCMU') : undefined,
    authToken: 'stream_auth_token' in command ? command.stream_auth_token : undefined,
    clientState: command.client_state ?? call.clientState,
  }
}

function startStream(call: CarrierCall, command: StreamCommand): Answer | undefined {
  if (call.stream?.isOpen) return invalid('The call has a stream already.')
  const parameters = readStream(call, command)
  if (typeof parameters === 'string') return invalid(parameters)
  call.startStream(parameters)
  return undefined
}

const NOT_ANSWERED = refusal(422, '90034', 'Call not answered yet', 'This call has not been answered yet.')

const effects: {
  [Name in ActionName]: (call: CarrierCall, command: z.infer<(typeof commandSchemas)[Name]>) => Answer | undefined
} = {
  answer: (call, command) => {
    if (call.direction === 'outgoing') return invalid('An outgoing call cannot be answered.')
    if (call.state !== 'ringing') return invalid('The call has been answered already.')
    call.answer()
    return command.stream_url === undefined ? undefined : startStream(call, command)
  },
  reject: (call, command) => {
    if (call.state !== 'ringing') return invalid('The call has been answered already.')
    call.reject(command.cause === 'USER_BUSY' ? 'user_busy' : 'call_rejected')
    return undefined
  },
  hangup: (call) => {
    call.end('normal_clearing', call.direction === 'incoming' ? 'callee' : 'caller')
    return undefined
  },
  streaming_start: (call, command) => {
    if (call.state === 'ringing') return NOT_ANSWERED
    return startStream(call, command)
  },
  transfer: (call, command) => {
    if (call.state === 'ringing') return NOT_ANSWERED
    // https://developers.telnyx.com/api-reference/call-commands/transfer-call: the `to` of the original call by default.
    const from = command.from ?? call.to
    if (!call.account.numbers.includes(from)) return invalid('from: not a number of this account')
    const timeoutMs = (command.timeout_secs ?? 30) * 1000
    call.transfer({ to: command.to, from, timeoutMs, clientState: command.target_leg_client_state })
    return undefined
  },
  send_dtmf: (call, command) => {
    if (call.state === 'ringing') return NOT_ANSWERED
    call.log.note('agent-keys', command.digits)
    return undefined
  },
  streaming_stop: (call, command) => {
    if (!call.stream?.isOpen) return invalid('The call has no stream.')
    if (command.stream_id !== undefined && command.stream_id !== call.stream.streamId) return NOT_FOUND
    call.stream.stop()
    return undefined
  },
}

const explain = (error: z.ZodError) =>
  error.issues.map((issue) => `${issue.path.join('.') || 'body'}: ${issue.message}`).join('; ')

/** Answers one request to the REST API. All lookups see the account's own things only. */
export function answerRequest(exchange: Exchange, request: Request): Answer {
  const account = request.apiKey === undefined ? undefined : exchange.findAccount(request.apiKey)
  if (!account || account.state === 'revoked') return UNAUTHORIZED
  if (account.state === 'inactive') return refusal(403, '20012', 'Account inactive', 'The account is inactive.')
  const route = `${request.method} ${request.path}`
  if (route === 'GET /v2/balance') return readBalance(account)
  if (route === 'GET /v2/phone_numbers') return listNumbers(account, request.query)
  if (route === 'POST /v2/calls') return dial(exchange, account, request.body)
  const application = /^(GET|PATCH) \/v2\/call_control_applications\/([^/]+)$/.exec(route)
  if (application)
    return handleApplication(
      account,
      application[1] === 'PATCH',
      decodeURIComponent(application[2] ?? ''),
      request.body,
    )
  const action = /^POST \/v2\/calls\/([^/]+)\/actions\/([a-z_]+)$/.exec(route)
  if (action) return act(exchange, account, decodeURIComponent(action[1] ?? ''), action[2] ?? '', request.body)
  return NOT_FOUND
}

function dial(exchange: Exchange, account: TelnyxAccount, body: string): Answer {
  const fields = parseBody(body)
  if (!fields) return refusal(400, '10015', 'Bad Request', 'The request body is not a JSON object.')
  const note = (answer: Answer, callControlId?: string, isDuplicate = false) => {
    const { status } = answer
    exchange.record({
      at: Date.now(),
      apiKey: account.apiKey,
      action: 'dial',
      callControlId,
      body: fields,
      status,
      isDuplicate,
    })
    return answer
  }
  const command = commandSchemas.dial.safeParse(fields)
  if (!command.success) return note(invalid(explain(command.error)))
  if (command.data.connection_id !== account.connectionId) return note(invalid('connection_id: not found'))
  if (/^\+999/.test(command.data.to)) {
    return note(refusal(422, '10002', 'Invalid phone number', 'The phone number is invalid.'))
  }
  if (!account.numbers.includes(command.data.from)) return note(invalid('from: not a number of this account'))
  if (Number(availableCreditOf(account)) <= 0) return note(refusal(403, '20100', 'Insufficient funds'))
  if (account.outboundVoiceProfileId === null) return note(NO_OUTBOUND_PROFILE)
  const { call, isRepeated } = exchange.dial(account, command.data)
  return note(
    ok({
      record_type: 'call',
      call_control_id: call.callControlId,
      call_leg_id: call.callLegId,
      call_session_id: call.callSessionId,
      is_alive: false,
      ...(call.clientState === undefined ? {} : { client_state: call.clientState }),
    }),
    call.callControlId,
    isRepeated,
  )
}

function act(exchange: Exchange, account: TelnyxAccount, callControlId: string, action: string, body: string): Answer {
  const call = exchange.findCall(callControlId, account)
  const fields = parseBody(body)
  if (!isActionName(action) || call === undefined) return NOT_FOUND
  if (!fields) return refusal(400, '10015', 'Bad Request', 'The request body is not a JSON object.')
  const { answer, isDuplicate } = perform(exchange, call, callControlId, action, fields)
  const { status } = answer
  exchange.record({ at: Date.now(), apiKey: account.apiKey, action, callControlId, body: fields, status, isDuplicate })
  return answer
}

function perform<Name extends ActionName>(
  exchange: Exchange,
  call: CarrierCall | 'ended',
  callControlId: string,
  action: Name,
  fields: Record<string, unknown>,
): { answer: Answer; isDuplicate: boolean } {
  const parsed = commandSchemas[action].safeParse(fields)
  if (!parsed.success) return { answer: invalid(explain(parsed.error)), isDuplicate: false }
  const { client_state: clientState, command_id: commandId } = parsed.data
  if (commandId !== undefined && exchange.isRepeated(callControlId, commandId)) {
    return { answer: ok({ result: 'ok' }), isDuplicate: true }
  }
  if (call === 'ended' || call.state === 'ended') return { answer: CALL_ENDED, isDuplicate: false }
  if (clientState !== undefined) call.clientState = clientState
  const refused = effects[action](call, parsed.data as z.infer<(typeof commandSchemas)[Name]>)
  return { answer: refused ?? ok({ result: 'ok' }), isDuplicate: false }
}
