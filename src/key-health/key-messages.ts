import type { Payload } from 'payload'
import { compositionOf } from '../composition.ts'
import type { KeyRecord, StoredKeyStatus } from '../vault/index.ts'

/** The provider's name as it writes it; its id where nobody offers it any more. */
export function nameOfProvider({ payload, provider }: { payload: Payload; provider: string }): string {
  const { registry } = compositionOf(payload)
  return registry.has(provider) ? registry.get(provider).name : provider
}

const SENTENCES: Record<StoredKeyStatus, (name: string) => string> = {
  valid: (name) => `${name} accepted this key when it was last used.`,
  limited: (name) => `${name} refused something that this key was used for: it, or its plan, lacks the permission.`,
  'out-of-credit': (name) => `The key is good, but its ${name} account had no credit left when it was last used.`,
  rejected: (name) => `${name} refused this key when it was last used. Make a new one there and enter it here.`,
  unreachable: (name) => `${name} could not be reached.`,
  unverified: (name) => `Nothing is known of this ${name} key yet. Test it.`,
  undecryptable: () => 'This key can no longer be opened. Enter this key again.',
}

type UseMessageOptions = { payload: Payload; record: KeyRecord; status: StoredKeyStatus }

/** What the row says of a state that a use brought: a sentence, and where to mend it. */
export function messageOfUse({ payload, record, status }: UseMessageOptions): {
  message: string
  fixUrl: string | null
} {
  const { provider } = record
  const { registry } = compositionOf(payload)
  const isFine = status === 'valid' || !registry.has(provider)
  return {
    message: SENTENCES[status](nameOfProvider({ payload, provider })),
    fixUrl: isFine ? null : registry.get(provider).keyUrl,
  }
}
