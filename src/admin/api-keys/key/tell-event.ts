import { STATUS_WORDS, sentenceCase } from '../words.ts'
import type { HistoryEntry } from './types.ts'

/** What was done, for people; `refused` where it was tried and not let through. */
const SENTENCES: Readonly<Record<string, { done: string; refused?: string; failed?: string }>> = {
  'key.stored': { done: 'Added the key', refused: 'Tried to add a key that the provider rejected' },
  'key.tested': {
    done: 'Tested the key',
    refused: 'Tested the key: rejected',
    failed: 'Tested the key: not as it should be',
  },
  'key.used': { done: 'Used the key', refused: 'The key was not let out' },
  'key.replaced': { done: 'Replaced the key', refused: 'Tried to replace the key with one that was rejected' },
  'key.rolled-back': { done: 'Went back to the former key', refused: 'Tried to go back to a key that was rejected' },
  'key.deleted': { done: 'Deleted the key' },
  'key.refused': { done: 'Was refused access', refused: 'Was refused access' },
  'key.changed': { done: 'Changed what is noted of the key' },
  'key.expired': { done: 'The key expired' },
  'key.imported': { done: 'Took over the key from another system' },
  'key.state-changed': { done: 'Its state changed', failed: 'It stopped working as it should' },
  'alert.raised': { done: 'Raised an alert' },
  'alert.resolved': { done: 'An alert was settled' },
  'alert.acknowledged': { done: 'Acknowledged an alert' },
}

const PURPOSES: Readonly<Record<string, string>> = {
  stt: 'to understand callers',
  llm: 'to think',
  tts: 'to speak',
  telephony: 'to carry a call',
  probe: 'for a test while idle',
}

/** An event of the audit log in a sentence, with what is worth knowing besides. */
export function tellEvent({ action, result, version, purpose, details }: HistoryEntry): {
  sentence: string
  note: string
} {
  const known = SENTENCES[action]
  const done = doneOf({ action, details })
  const sentence = result === 'ok' ? done : (known?.[result] ?? `${done}: ${result}`)
  const status = details?.to ?? details?.status
  const notes = [
    version ? `version ${version}` : '',
    purpose && purpose !== 'check' ? (PURPOSES[purpose] ?? `for ${sentenceCase(purpose).toLowerCase()}`) : '',
    typeof status === 'string'
      ? (STATUS_WORDS[status as keyof typeof STATUS_WORDS]?.label ?? status).toLowerCase()
      : '',
  ]
  return { sentence, note: notes.filter(Boolean).join(', ') }
}

/** What a change is called depends on what was changed. */
function doneOf({ action, details }: Pick<HistoryEntry, 'action' | 'details'>): string {
  const fields = Array.isArray(details?.fields) ? details.fields : []
  if (action === 'key.changed' && fields.includes('ownerExpiresAt')) return 'Changed its expiry date'
  return SENTENCES[action]?.done ?? sentenceCase(action)
}
