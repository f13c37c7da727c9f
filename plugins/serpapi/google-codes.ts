/** Languages that Google calls otherwise than ISO 639-1 does. Source: https://serpapi.com/google-languages */
const LANGUAGES: Readonly<Record<string, string>> = { he: 'iw', jv: 'jw', nb: 'no', zh: 'zh-cn' }

/** Countries that Google calls otherwise than ISO 3166-1 does. Source: https://serpapi.com/google-countries */
const COUNTRIES: Readonly<Record<string, string>> = { gb: 'uk' }

/** The `hl` of a language, `de`; of `de-CH` its first part. */
export const toGoogleLanguage = (language: string | undefined): string | undefined => {
  const code = language?.trim().toLowerCase().split(/[-_]/)[0]
  return code ? (LANGUAGES[code] ?? code) : undefined
}

/** The `gl` of a country, `de`. */
export const toGoogleCountry = (country: string | undefined): string | undefined => {
  const code = country?.trim().toLowerCase()
  return code ? (COUNTRIES[code] ?? code) : undefined
}
