import type { StoredKeyStatus } from '../../vault/key-record.ts'
import type { ProviderInfo } from './types.ts'

export type PillStyle = 'success' | 'warning' | 'error' | 'light'

type StatusWords = {
  label: string
  pill: PillStyle
  /** What to do, where the verdict itself does not say. */
  advice?: string
}

/** The states of a key for people. `none`: no key is stored. */
export const STATUS_WORDS: Readonly<Record<StoredKeyStatus | 'none', StatusWords>> = {
  valid: { label: 'Active', pill: 'success' },
  limited: { label: 'Limited', pill: 'warning', advice: 'The key works, but may not do everything.' },
  'out-of-credit': { label: 'Out of credit', pill: 'warning', advice: 'Add credit to the account, then test again.' },
  rejected: { label: 'Rejected', pill: 'error', advice: 'Replace the key with one that works.' },
  unreachable: { label: 'Unverified', pill: 'warning', advice: 'The provider did not answer. Test again soon.' },
  unverified: { label: 'Unverified', pill: 'warning', advice: 'The key is saved, but was never tested. Test it.' },
  undecryptable: { label: 'Cannot be read', pill: 'error', advice: 'The stored key is damaged. Enter it again.' },
  none: { label: 'Not set', pill: 'light' },
}

/** How the words of the catalogue read. */
const NAMES: Readonly<Record<string, string>> = {
  stt: 'Speech to text',
  llm: 'Language model',
  tts: 'Voice',
  telephony: 'Telephony',
  data: 'Data',
  copilot: 'Copilot',
  'voice-cloning': 'Voice cloning',
  'web-search': 'Web search',
  'maps-search': 'Maps search',
}

/** The kinds of providers, in the order in which people meet them. */
export const KIND_ORDER = ['stt', 'llm', 'tts', 'telephony', 'data', 'copilot'] as const

/** A kind or a capability as people read it. */
export const nameOf = (word: string): string => NAMES[word] ?? sentenceCase(word)

/** A name in code as people read it: `availableCredit` reads "Available credit". */
export function sentenceCase(name: string): string {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/[-_.]/g, ' ')
    .toLowerCase()
    .replace(/\burl\b/g, 'URL')
    .replace(/\bapi\b/g, 'API')
    .replace(/\bid\b/g, 'id')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** "a, b and c". */
export const listAll = (names: readonly string[]): string =>
  new Intl.ListFormat('en', { type: 'conjunction' }).format(names)

/** How many names a sentence bears before it counts the rest. */
const NAMES_SHOWN = 3

/** "a, b, or c"; of many the first three, "a, b, c, or 4 more". */
export const listAny = (names: readonly string[]): string => {
  const isMany = names.length > NAMES_SHOWN + 1
  const shown = isMany ? [...names.slice(0, NAMES_SHOWN), `${names.length - NAMES_SHOWN} more`] : names
  return new Intl.ListFormat('en', { type: 'disjunction' }).format(shown)
}

/** "3 agents", "1 call". */
export const countOf = (count: number, one: string, many = `${one}s`): string =>
  `${count.toLocaleString('en')} ${count === 1 ? one : many}`

/** "Deepgram or Soniox", from ids. */
export const nameProviders = (ids: readonly string[], providers: readonly ProviderInfo[]): string =>
  listAny(ids.map((id) => providers.find((provider) => provider.id === id)?.name ?? id))
