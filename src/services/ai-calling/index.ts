import type { Endpoint } from 'payload'
import { createListCache } from './create-list-cache.ts'
import { createListModels, createListVoices } from './endpoints/list-choices.ts'
import { createPreviewVoice } from './endpoints/preview-voice.ts'

const LIST_LIFETIME_MS = 60_000
const LISTS_KEPT = 500

/** What the form of an agent asks: which voices and models its workspace's keys may use, and how a voice sounds. */
export function createChoiceEndpoints(): Endpoint[] {
  const cache = createListCache({ lifetimeMs: LIST_LIFETIME_MS, capacity: LISTS_KEPT })
  return [createListVoices(cache), createListModels(cache), createPreviewVoice()]
}
