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
