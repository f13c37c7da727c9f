/** Checks a BCP 47 language tag, `en-US`. */
export function validateLanguage(value: string | null | undefined): true | string {
  if (!value) return true
  try {
    Intl.getCanonicalLocales(value)
    return true
  } catch {
    return 'Write a language tag such as en-US or de.'
  }
}
