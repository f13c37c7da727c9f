/** Choices of a select field from the words that the database keeps: `no-answer` reads "No answer". */
export const toOptions = (words: readonly string[]): { value: string; label: string }[] =>
  words.map((value) => ({ value, label: value.charAt(0).toUpperCase() + value.slice(1).replaceAll('-', ' ') }))
