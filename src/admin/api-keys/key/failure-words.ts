import { sentenceCase } from '../words.ts'

/** Why a use of a key failed, for people. */
const WORDS: Readonly<Record<string, string>> = {
  rejected: 'key rejected',
  limited: 'not allowed',
  'out-of-credit': 'out of credit',
  'rate-limited': 'too many requests',
  unreachable: 'provider not reached',
  timeout: 'no answer in time',
  'invalid-request': 'request refused',
  closed: 'connection closed',
  failed: 'fault of the provider',
}

/** A kind of failure in a few words. */
export const failureWords = (kind: string): string => WORDS[kind] ?? sentenceCase(kind).toLowerCase()
