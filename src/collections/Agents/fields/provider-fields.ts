import type { Field, GroupField } from 'payload'
import type { Registry } from '../../../registry/index.ts'
import { showDefaultModel } from '../hooks/take-default-model.ts'
import { validateLanguage } from '../validate/validate-language.ts'
import { CHOICE_FIELD, createProviderGroup } from './provider-group.ts'

const isVoice = (data: { kind?: unknown }): boolean => data.kind === 'voice'

/** Who hears, thinks and speaks for the agent, and who steps in. */
export const createProviderFields = ({ registry }: { registry: Registry }): Field[] => [
  ...createGroups({ registry }),
  {
    name: 'fallback',
    type: 'group',
    label: 'Fallback',
    admin: {
      description: 'Who steps in when a provider above fails. Optional; needs a key of its own.',
      condition: isVoice,
    },
    fields: createGroups({ registry, isFallback: true }),
  },
]

const createGroups = ({ registry, isFallback = false }: { registry: Registry; isFallback?: boolean }): GroupField[] => {
  const stt = createProviderGroup({
    registry,
    isFallback,
    capability: 'stt',
    label: 'Speech to text',
    purpose: 'to understand speech',
    neededBy: ['voice'],
    fields: [
      {
        name: 'language',
        type: 'text',
        validate: (value: string | null | undefined) => validateLanguage(value),
        admin: { width: '33%', placeholder: 'en-US', description: 'What callers speak. Empty takes the default.' },
      },
    ],
  })
  /** A fallback begins empty; the agent's own model with what the workspace chose. */
  const begin = (field: 'provider' | 'modelName' | 'temperature' | 'maxTokens') =>
    isFallback ? undefined : showDefaultModel({ registry, field })
  const [provider, model] = [begin('provider'), begin('modelName')]
  const llm = createProviderGroup({
    registry,
    isFallback,
    capability: 'llm',
    label: 'Language model',
    purpose: 'to think',
    neededBy: ['voice', 'email', 'content'],
    ...(provider && model && { defaults: { provider, model } }),
    fields: [
      {
        name: 'temperature',
        type: 'number',
        defaultValue: begin('temperature'),
        min: 0,
        max: 2,
        admin: { width: '16%', step: 0.1, placeholder: '0.7' },
      },
      {
        name: 'maxTokens',
        type: 'number',
        defaultValue: begin('maxTokens'),
        min: 1,
        max: 100_000,
        label: 'Max. tokens',
        admin: { width: '16%', step: 1 },
      },
    ],
  })
  const tts = createProviderGroup({
    registry,
    isFallback,
    capability: 'tts',
    label: 'Text to speech',
    purpose: 'to speak',
    neededBy: ['voice'],
    fields: [
      {
        name: 'voice',
        type: 'text',
        maxLength: 200,
        admin: {
          width: '33%',
          components: { Field: { path: CHOICE_FIELD, clientProps: { capability: 'tts', list: 'voices' } } },
        },
      },
    ],
  })
  return [
    { ...stt, admin: { ...stt.admin, condition: isVoice } },
    llm,
    { ...tts, admin: { ...tts.admin, condition: isVoice } },
  ]
}
