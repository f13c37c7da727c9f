type Voice = { id: string; languages: readonly string[]; accent: string; age: string; tags: readonly string[] }

/** Some of the voices that Deepgram has. Source: deepgram-api-specs asyncapi.yml, SpeakV1Model */
const VOICES: readonly Voice[] = [
  { id: 'aura-asteria-en', languages: ['en', 'en-US'], accent: 'American', age: 'Adult', tags: ['feminine'] },
  { id: 'aura-2-thalia-en', languages: ['en', 'en-US'], accent: 'American', age: 'Adult', tags: ['feminine', 'clear'] },
  { id: 'aura-2-draco-en', languages: ['en', 'en-GB'], accent: 'British', age: 'Adult', tags: ['masculine'] },
  { id: 'aura-2-celeste-es', languages: ['es', 'es-CO'], accent: 'Colombian', age: 'Young Adult', tags: ['feminine'] },
  { id: 'aura-2-viktoria-de', languages: ['de', 'de-DE'], accent: 'German', age: 'Adult', tags: ['feminine'] },
  { id: 'aura-2-rhea-nl', languages: ['nl', 'nl-NL'], accent: 'Dutch', age: 'Adult', tags: ['feminine'] },
  { id: 'aura-2-agathe-fr', languages: ['fr', 'fr-FR'], accent: 'French', age: 'Adult', tags: ['feminine'] },
  { id: 'aura-2-livia-it', languages: ['it', 'it-IT'], accent: 'Italian', age: 'Adult', tags: ['feminine'] },
  { id: 'aura-2-izanami-ja', languages: ['ja', 'ja-JP'], accent: 'Japanese', age: 'Adult', tags: ['feminine'] },
]

export const isVoice = (id: string): boolean => VOICES.some((voice) => voice.id === id)

const nameOf = (id: string): string => id.split('-').at(-2) as string

const UUID = '2187e11a-3532-4498-b076-81fa530bdd49'

/** What `Metadata` of a speaking connection says of its voice. Source: deepgram-api-specs asyncapi.yml, SpeakV1Metadata */
export const describeVoice = (id: string) => ({ model_name: id, model_version: '2026-03-31.0', model_uuid: UUID })

/** The body of `GET /v1/models`. Source: deepgram-api-specs openapi.yml, ListModelsV1Response */
export const listModels = () => ({
  stt: [
    {
      name: 'general',
      canonical_name: 'nova-3-general',
      architecture: 'nova-3',
      languages: ['en', 'en-US'],
      version: '2026-03-31.0',
      uuid: UUID,
      batch: true,
      streaming: true,
      formatted_output: true,
    },
  ],
  tts: VOICES.map(({ id, languages, accent, age, tags }) => ({
    name: nameOf(id),
    canonical_name: id,
    architecture: id.startsWith('aura-2-') ? 'aura-2' : 'aura',
    languages,
    version: '2026-03-31.0',
    uuid: UUID,
    metadata: {
      accent,
      age,
      color: '#7800ED',
      image: `https://static.deepgram.com/examples/avatars/${nameOf(id)}.jpg`,
      sample: `https://static.deepgram.com/examples/${id}.wav`,
      tags,
      use_cases: ['Customer service', 'IVR'],
    },
  })),
})
