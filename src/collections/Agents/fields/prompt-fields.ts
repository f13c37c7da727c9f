import { lexicalEditor } from '@payloadcms/richtext-lexical'
import type { Field } from 'payload'
import { createPromptFeatures } from '../../../admin/prompt-editor/prompt-features.ts'
import { readPromptMarkdown } from '../hooks/read-prompt-markdown.ts'
import { setPrompt } from '../hooks/set-prompt.ts'
import { isPublished } from '../validate/is-published.ts'
import { validatePrompt } from '../validate/validate-prompt.ts'
import { checkTextVariablesKnown } from '../validate/validate-variables.ts'
import { variablesField } from './variables-field.ts'

const MAX_GREETING_CHARACTERS = 1_000

const isVoice = (data: { kind?: unknown }): boolean => data.kind === 'voice'

/** What the agent is told and what it says first. A fresh editor each time: Payload writes into it. */
export const createPromptFields = (): Field[] => [
  {
    name: 'prompt',
    type: 'richText',
    editor: lexicalEditor({ features: createPromptFeatures() }),
    validate: validatePrompt,
    hooks: { beforeValidate: [setPrompt] },
    admin: {
      className: 'prompt-editor',
      description: 'Who the agent is, what it does, and how it speaks. Type {{ or / to insert a variable.',
    },
  },
  {
    name: 'promptMarkdown',
    type: 'textarea',
    virtual: true,
    hooks: { afterRead: [readPromptMarkdown] },
    // The editor shows the same prompt; a second copy in the form would write the old text back.
    admin: { disabled: true },
  },
  {
    name: 'greeting',
    type: 'textarea',
    defaultValue: 'Hello, this is {{agent_name}}. How can I help you?',
    validate: (value: string | null | undefined, { data }: { data: unknown }) => {
      if (!value) return true
      if (value.length > MAX_GREETING_CHARACTERS)
        return `Keep the greeting under ${MAX_GREETING_CHARACTERS} characters.`
      return isPublished(data) ? checkTextVariablesKnown({ text: value, data }) : true
    },
    admin: {
      rows: 2,
      description:
        'The first sentence of a call. Leave it empty to let the caller speak first. Variables work here too.',
      condition: isVoice,
    },
  },
  variablesField,
]
