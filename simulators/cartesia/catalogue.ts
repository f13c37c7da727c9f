/** Sources: SDK `@cartesia/cartesia-js` 4.2.0, types `TTSModel`, `SupportedLanguage` */
export const MODELS = [
  'sonic-3.5',
  'sonic-3',
  'sonic-3.5-2026-05-04',
  'sonic-3-2026-01-12',
  'sonic-3-2025-10-27',
  'sonic-latest',
] as const

export const LANGUAGES = [
  ...['en', 'fr', 'de', 'es', 'pt', 'zh', 'ja', 'hi', 'it', 'ko', 'nl', 'pl', 'ru', 'sv', 'tr', 'tl', 'bg', 'ro', 'ar'],
  ...['cs', 'el', 'fi', 'hr', 'ms', 'sk', 'da', 'ta', 'uk', 'hu', 'no', 'vi', 'bn', 'th', 'he', 'ka', 'id', 'te', 'gu'],
  ...['kn', 'ml', 'mr', 'pa', 'or', 'ur'],
] as const

/** The library that every account sees; the first is the plugin's own choice. */
export const LIBRARY = [
  'f786b574-daa5-4673-aa0c-cbe3e8534c02',
  'a0e99841-438c-4a64-b679-ae501e7d6091',
  '694f9389-aac1-45b6-b726-9d9369183238',
]

/** A voice as `GET /voices` shows it. Source: the same SDK, type `Voice` */
export const toVoice = (id: string, isOwner: boolean) => ({
  id,
  name: `Voice ${id.slice(0, 4)}`,
  description: isOwner ? 'A voice of your own.' : 'A voice of the library.',
  tagline: 'Clear',
  language: 'en',
  locales: [
    { locale: 'en-US', is_native: true },
    { locale: 'es-MX', is_native: false },
  ],
  access: isOwner ? 'private' : 'public',
  visibility: isOwner ? 'owner' : 'all',
  is_owner: isOwner,
  created_at: '2026-03-01T00:00:00Z',
})
