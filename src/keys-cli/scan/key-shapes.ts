type Shape = {
  /** In words, for a report. */
  kind: string
  /** The provider whose keys look so, where the form tells. */
  provider?: string
  pattern: RegExp
}

/** Longer than any beginning of a key that people are shown. */
const MANY = '{20,}'

/** The forms in which providers give keys, the specific before the general. */
const SHAPES: readonly Shape[] = [
  { kind: 'an Anthropic key', provider: 'anthropic', pattern: new RegExp(`\\bsk-ant-[\\w-]${MANY}`) },
  { kind: 'an OpenAI key', provider: 'openai', pattern: new RegExp(`\\bsk-(?!ant-)(?=[\\w-]*\\d)[\\w-]${MANY}`) },
  { kind: 'a Cartesia key', provider: 'cartesia', pattern: /\bsk_car_\w{16,}/ },
  { kind: 'an ElevenLabs key', provider: 'elevenlabs', pattern: /\bsk_[0-9a-f]{40,}\b/ },
  { kind: 'an xAI key', provider: 'xai', pattern: new RegExp(`\\bxai-[A-Za-z0-9]${MANY}`) },
  { kind: 'a Google key', provider: 'google', pattern: /\bAIza[\w-]{30,}/ },
  { kind: 'a Telnyx key', provider: 'telnyx', pattern: /\bKEY(?=[\w-]*\d)[\w-]{24,}/ },
  { kind: 'a Groq key', pattern: new RegExp(`\\bgsk_[A-Za-z0-9]${MANY}`) },
  { kind: 'a Fernet token of an older system', pattern: /\bgAAAA[\w-]{90,}={0,2}/ },
  {
    kind: 'a value named as a key',
    pattern: new RegExp(
      '(?:api[-_ ]?key|auth[-_]?token|authorization|[?&]key)(?:\\\\*["\'])?\\s*[:=]\\s*(?:\\\\*["\'])?' +
        `(?:(?:bearer|token|basic)\\s+)?(?=[\\w.~+/-]*\\d)[\\w.~+/-]${MANY}`,
      'i',
    ),
  },
]

/** What a text holds that has the form of a provider's key: kinds in words, each once, never a value. */
export function findKeyShapes(text: string): string[] {
  let rest = text
  const kinds: string[] = []
  for (const { kind, pattern } of SHAPES) {
    if (!pattern.test(rest)) continue
    kinds.push(kind)
    // What has one form is not told again as the more general one.
    rest = rest.replaceAll(new RegExp(pattern, pattern.flags.includes('i') ? 'gi' : 'g'), ' ')
  }
  return kinds
}

/** The provider whose keys begin as this value does; undefined where the form tells none. */
export const providerOfShape = (value: string): string | undefined =>
  SHAPES.find(({ provider, pattern }) => provider && pattern.exec(value)?.index === 0)?.provider
