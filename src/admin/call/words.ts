import type { Pill } from '@payloadcms/ui'
import type { ComponentProps } from 'react'
import type { CallAnswerer, CallDocument, CallStatus, EndedReason } from './types.ts'

type CallOutcome = Pick<CallDocument, 'status' | 'endedReason' | 'endedDetail' | 'transferredTo'>

type StatusWords = {
  label: string
  pill: NonNullable<ComponentProps<typeof Pill>['pillStyle']>
  meaning: string
}

/** Where a call stands, for people. */
export const STATUS_WORDS: Readonly<Record<CallStatus, StatusWords>> = {
  queued: { label: 'Queued', pill: 'light', meaning: 'The call waits to be dialled.' },
  ringing: { label: 'Ringing', pill: 'warning', meaning: 'The phone rings; nobody has answered yet.' },
  'in-progress': { label: 'In progress', pill: 'success', meaning: 'The call is live.' },
  completed: { label: 'Completed', pill: 'light', meaning: 'The call took place and ended in an orderly way.' },
  failed: { label: 'Failed', pill: 'error', meaning: 'Something that can be put right kept or broke the call off.' },
  'no-answer': { label: 'No answer', pill: 'light', meaning: 'Nobody answered the phone that was called.' },
  busy: { label: 'Busy', pill: 'light', meaning: 'The phone that was called was engaged.' },
  canceled: { label: 'Canceled', pill: 'light', meaning: 'The call was given up before a conversation began.' },
  voicemail: { label: 'Voicemail', pill: 'light', meaning: 'A mailbox answered instead of a person.' },
}

/** Where somebody can do something about how a call ended. */
export type Remedy = 'api-keys' | 'phone-numbers' | 'agent' | 'none'

type ReasonWords = {
  /** A few words, for lists. */
  label: string
  /** A sentence that says what happened. */
  meaning: string
  /** What to do next; absent where nothing went wrong. */
  advice?: string
  remedy?: Remedy
  /** There is nothing that the record's own detail could add. */
  saysAll?: boolean
}

/** Why a call ended, for people. */
export const REASON_WORDS: Readonly<Record<EndedReason, ReasonWords>> = {
  'caller-hangup': { label: 'Caller hung up', meaning: 'The person on the phone hung up.' },
  'agent-hangup': { label: 'Agent hung up', meaning: 'The agent ended the conversation.' },
  transferred: { label: 'Transferred', meaning: 'The agent handed the caller to another number.' },
  'operator-hangup': { label: 'Hung up by a member', meaning: 'A member of the workspace ended the call.' },
  'silence-timeout': {
    label: 'Silence',
    meaning: 'Neither side said anything for as long as the agent’s silence limit allows.',
  },
  'max-duration': { label: 'Time limit', meaning: 'The call reached the agent’s longest duration.' },
  'key-missing': {
    label: 'API key missing',
    meaning: 'A provider that the call needed has no usable API key in this workspace.',
    advice: 'Enter the missing key, then call again.',
    remedy: 'api-keys',
  },
  'key-rejected': {
    label: 'API key refused',
    meaning: 'A provider refused this workspace’s API key.',
    advice: 'Replace the key with one that works, then call again.',
    remedy: 'api-keys',
  },
  'out-of-credit': {
    label: 'Out of credit',
    meaning: 'The account at a provider has no credit left.',
    advice: 'Add credit at the provider, test the key, then call again.',
    remedy: 'api-keys',
  },
  'provider-failed': {
    label: 'Provider failed',
    meaning: 'A provider did not answer, or broke off in the middle of the call.',
    advice: 'Such failures mostly pass: call again. If it stays, test the key or choose another provider in the agent.',
    remedy: 'agent',
  },
  'carrier-failed': {
    label: 'Carrier failed',
    meaning: 'The carrier refused a command, or its audio did not reach this server.',
    advice: 'Test the carrier’s key, and check that the carrier can reach the server’s public address.',
    remedy: 'api-keys',
  },
  'unknown-number': {
    label: 'Unknown number',
    meaning: 'The number that was called is not among this workspace’s phone numbers.',
    advice: 'Add the number and choose the agent that answers it.',
    remedy: 'phone-numbers',
    saysAll: true,
  },
  'agent-not-published': {
    label: 'No published agent',
    meaning: 'No published agent answers the number that was called.',
    advice: 'Publish the agent, and choose it in the phone number.',
    remedy: 'agent',
    saysAll: true,
  },
  'no-answer': { label: 'No answer', meaning: 'Nobody answered.' },
  busy: { label: 'Busy', meaning: 'The line was engaged.' },
  rejected: { label: 'Declined', meaning: 'The person who was called declined.' },
  canceled: { label: 'Canceled', meaning: 'The call was given up before anybody answered.' },
  voicemail: { label: 'Voicemail', meaning: 'A mailbox answered.' },
  shutdown: {
    label: 'Server shut down',
    meaning: 'The server was being shut down.',
    advice: 'Nothing needs to be put right: calls are taken again as soon as the server is back.',
    remedy: 'none',
    saysAll: true,
  },
  'node-lost': {
    label: 'Server lost',
    meaning: 'The server that held the call stopped without saying goodbye.',
    advice: 'Whoever runs the server finds the cause in its log.',
    remedy: 'none',
  },
  'internal-error': {
    label: 'Internal error',
    meaning: 'Patchbay itself failed.',
    advice: 'Whoever runs the server finds the cause in its log, under the call’s id.',
    remedy: 'none',
  },
}

/** Who answered a call of ours, for people. */
export const ANSWERER_WORDS: Readonly<Record<CallAnswerer, string>> = {
  human: 'A person',
  machine: 'A machine',
  fax: 'A fax machine',
  unknown: 'Not made out',
}

/** What became of a call, in a sentence or two; of a live one, where it stands. */
export function sentenceOf({ status, endedReason, endedDetail, transferredTo }: CallOutcome): string {
  if (!endedReason) return STATUS_WORDS[status].meaning
  if (endedReason === 'transferred' && transferredTo) return `The agent handed the caller to ${transferredTo}.`
  const { meaning } = REASON_WORDS[endedReason]
  return endedReason === 'voicemail' && endedDetail ? `${meaning} ${endedDetail}` : meaning
}

const LIVE: readonly CallStatus[] = ['queued', 'ringing', 'in-progress']

/** Whether the call has not ended yet. */
export const isLive = (status: CallStatus): boolean => LIVE.includes(status)

/** What each part of a call is called, by its capability. */
export const CAPABILITY_WORDS: Readonly<Record<'telephony' | 'stt' | 'llm' | 'tts' | 'web-search', string>> = {
  telephony: 'Phone line',
  stt: 'Speech to text',
  llm: 'Language model',
  tts: 'Voice',
  'web-search': 'Web search',
}
