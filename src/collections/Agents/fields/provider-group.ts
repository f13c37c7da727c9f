import type { DefaultValue, Field, GroupField } from 'payload'
import { whyOff } from '../../../registry/index.ts'
import type { Registry } from '../../../registry/index.ts'
import { isPublished } from '../validate/is-published.ts'

/** Offers what the workspace's key may use. */
export const CHOICE_FIELD = '/src/admin/fields/ChoiceField/index.tsx#ChoiceField'

type ProviderGroupOptions = {
  registry: Registry
  capability: 'stt' | 'llm' | 'tts'
  label: string
  /** What the provider does here, as the end of a sentence: `to understand speech`. */
  purpose: string
  /** Kinds of agent that cannot work without it; a fallback is needed by none. */
  neededBy: readonly string[]
  isFallback?: boolean
  /** What a new agent's form begins with; the first provider that can do it by default. */
  defaults?: { provider: DefaultValue; model: DefaultValue }
  fields: Field[]
}

/** One provider of an agent with its options. What can be chosen follows from the plugins that are installed. */
export function createProviderGroup({
  registry,
  capability,
  label,
  purpose,
  neededBy,
  isFallback = false,
  defaults,
  fields,
}: ProviderGroupOptions): GroupField {
  const providers = registry.withCapability(capability)
  const names = providers.map(({ name }) => name).join(', ')

  return {
    name: capability,
    type: 'group',
    label,
    admin: { hideGutter: true },
    fields: [
      {
        type: 'row',
        fields: [
          {
            name: 'provider',
            type: 'select',
            options: providers.map(({ id, name }) => ({ label: name, value: id })),
            defaultValue: isFallback ? undefined : (defaults?.provider ?? providers[0]?.id),
            validate: (value: unknown, { data }: { data: unknown }) => {
              if (!value) {
                const isNeeded = !isFallback && isPublished(data) && neededBy.includes(String(kindOf(data)))
                return isNeeded ? `Choose a provider ${purpose} before you publish.` : true
              }
              const canDoIt = providers.some(({ id }) => id === value)
              const reason = whyOff(registry, String(value))
              return canDoIt || reason || `${String(value)} cannot be used ${purpose}. Choose one of: ${names}.`
            },
            admin: { width: '33%' },
          },
          {
            name: 'model',
            type: 'text',
            defaultValue: defaults?.model,
            maxLength: 200,
            admin: {
              width: '33%',
              components: { Field: { path: CHOICE_FIELD, clientProps: { capability, list: 'models' } } },
            },
          },
          ...fields,
        ],
      },
    ],
  }
}

const kindOf = (data: unknown): unknown => (data as { kind?: unknown } | undefined)?.kind
