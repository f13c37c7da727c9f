import type { HangupCause, HangupSource } from '../carrier-kit/call-end.ts'
import type { CarrierCall } from './carrier-call.ts'

type Facts = Pick<
  CarrierCall,
  | 'account'
  | 'callControlId'
  | 'callLegId'
  | 'callSessionId'
  | 'clientState'
  | 'direction'
  | 'from'
  | 'to'
  | 'startTime'
>

const SIP_CODES: Readonly<Record<HangupCause, string>> = {
  call_rejected: '603',
  normal_clearing: '200',
  originator_cancel: '487',
  timeout: '408',
  time_limit: '200',
  user_busy: '486',
  not_found: '404',
  no_answer: '480',
  unspecified: '500',
}

const identify = ({ account, callControlId, callLegId, callSessionId, clientState }: Facts) => ({
  call_control_id: callControlId,
  call_leg_id: callLegId,
  call_session_id: callSessionId,
  client_state: clientState ?? null,
  connection_id: account.connectionId,
})

const describe = (call: Facts) => ({ ...identify(call), from: call.from, to: call.to, start_time: call.startTime })

/**
 * The payloads of the events of a call, with the fields that `resources/webhooks.d.ts` of the `telnyx` package names.
 */
export const payloads = {
  initiated: (call: Facts, codecs: string) => ({
    ...describe(call),
    direction: call.direction,
    state: call.direction === 'incoming' ? 'parked' : 'bridging',
    caller_id_name: call.from,
    connection_codecs: 'PCMU,PCMA,G722,OPUS',
    offered_codecs: codecs,
    shaken_stir_attestation: 'A',
    shaken_stir_validated: true,
    tags: [],
    custom_headers: [],
    sip_headers: [],
  }),
  answered: (call: Facts) => ({ ...describe(call), state: 'answered', tags: [], custom_headers: [], sip_headers: [] }),
  streaming: (call: Facts, streamUrl: string) => ({ ...identify(call), stream_url: streamUrl }),
  streamingFailed: (call: Facts, stream: { id: string; url: string; track: string; reason: string }) => ({
    ...identify(call),
    failure_reason: stream.reason,
    stream_id: stream.id,
    stream_type: 'websocket',
    stream_params: { stream_url: stream.url, track: stream.track },
  }),
  machine: (call: Facts, result: string) => ({ ...identify(call), from: call.from, to: call.to, result }),
  bridged: (call: Facts) => ({ ...identify(call), from: call.from, to: call.to }),
  dtmf: (call: Facts, digit: string) => ({ ...identify(call), from: call.from, to: call.to, digit }),
  hangup: (call: Facts, end: { cause: HangupCause; source: HangupSource; sent: number; received: number }) => ({
    ...describe(call),
    state: 'hangup',
    hangup_cause: end.cause,
    hangup_source: end.source,
    sip_hangup_cause: SIP_CODES[end.cause],
    call_quality_stats: {
      inbound: {
        jitter_max_variance: '0.00',
        jitter_packet_count: '0',
        mos: '4.50',
        packet_count: String(end.sent),
        skip_packet_count: '0',
      },
      outbound: { packet_count: String(end.received), skip_packet_count: '0' },
    },
    tags: [],
    custom_headers: [],
    sip_headers: [],
  }),
}
