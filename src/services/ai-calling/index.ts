import type { Endpoint } from 'payload'
import { createAttemptLimiter } from '../../auth/attempt-limiter.ts'
import { createListCache } from './create-list-cache.ts'
import { createListModels, createListVoices } from './endpoints/list-choices.ts'
import { createPreviewVoice } from './endpoints/preview-voice.ts'

const LIST_LIFETIME_MS = 60_000
const LISTS_KEPT = 500
/** Of one provider for one workspace. */
const LISTS_PER_MINUTE = 12

/** What the form of an agent asks: which voices and models its workspace's keys may use, and how a voice sounds. */
export function createChoiceEndpoints(): Endpoint[] {
  const lists = {
    cache: createListCache({ lifetimeMs: LIST_LIFETIME_MS, capacity: LISTS_KEPT }),
    limiter: createAttemptLimiter({ limit: LISTS_PER_MINUTE, windowMs: 60_000 }),
  }
  return [createListVoices(lists), createListModels(lists), createPreviewVoice()]
}
