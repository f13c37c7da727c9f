import { AGENTS, PHONE_NUMBERS } from '../../collections/slugs.ts'
import { API_KEYS_URL, collectionUrl } from '../paths.ts'
import type { CallDocument } from './types.ts'
import { REASON_WORDS } from './words.ts'

/** What went wrong with a call and what to do about it. */
export type CallProblem = {
  title: string
  /** What was found, with the names that it is about, where that says more than the title. */
  detail?: string
  advice?: string
  link?: { label: string; url: string }
}

/** The problem of a call that something kept from taking its course; undefined for every other call. */
export function problemOf(call: CallDocument): CallProblem | undefined {
  const words = call.endedReason ? REASON_WORDS[call.endedReason] : undefined
  if (!words?.remedy) return undefined
  const detail = words.saysAll ? undefined : (call.endedDetail ?? call.error?.message)
  return { title: words.meaning, ...(detail && { detail }), advice: words.advice, link: linkOf(call, words.remedy) }
}

function linkOf(call: CallDocument, remedy: 'api-keys' | 'phone-numbers' | 'agent' | 'none'): CallProblem['link'] {
  if (remedy === 'api-keys') return { label: 'Open API keys', url: API_KEYS_URL }
  if (remedy === 'phone-numbers') return { label: 'Open phone numbers', url: collectionUrl(PHONE_NUMBERS) }
  if (remedy === 'none') return undefined
  if (call.agent) return { label: 'Open the agent', url: collectionUrl(AGENTS, call.agent) }
  if (call.phoneNumber) return { label: 'Open the number', url: collectionUrl(PHONE_NUMBERS, call.phoneNumber) }
  return { label: 'Open agents', url: collectionUrl(AGENTS) }
}
