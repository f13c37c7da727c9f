import type { Choice } from './use-choices.ts'

export type ChoiceOption = { label: string; value: string }

const LANGUAGES_SHOWN = 3

/** What a person reads of a choice: its name, what the provider says of it, and the id where the name is another. */
export function toOption({ id, name, description, languages = [], isCloned }: Choice): ChoiceOption {
  const more = languages.length > LANGUAGES_SHOWN ? ` +${languages.length - LANGUAGES_SHOWN}` : ''
  const spoken = languages.slice(0, LANGUAGES_SHOWN).join(', ') + more
  const remarks = [isCloned ? 'your own' : '', description ?? '', spoken].filter(Boolean)
  return { value: id, label: [name, ...remarks].join(' · ') }
}

/** The name of a value; the value itself where no list names it, because a person typed it or the list could not be had. */
export const nameOf = (value: string, choices: readonly Choice[]): string =>
  choices.find(({ id }) => id === value)?.name ?? value

type Candidate = { label: string; value: string; data: Record<string, unknown> }

/**
 * Whether a choice fits what is typed; the choice to take the typed text itself always does.
 * @param option null where the panel's select asks whether Enter takes the typed text as it stands. It must not: it
 * would add the text to a list of values, which a single choice has not, and pass over the choice in focus.
 */
export const isFound = (option: Candidate | null, typed: string): boolean => {
  if (!option) return false
  return Boolean(option.data.__isNew__) || plain(`${option.label} ${option.value}`).includes(plain(typed.trim()))
}

const plain = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
