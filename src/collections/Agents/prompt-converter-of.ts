import { editorConfigFactory } from '@payloadcms/richtext-lexical'
import type { SanitizedCollectionConfig } from 'payload'
import { createPromptConverter } from '../../prompts/prompt-converter.ts'
import type { PromptConverter } from '../../prompts/prompt-converter.ts'

/** The converter of the `prompt` field's own editor. */
export function promptConverterOf(collection: SanitizedCollectionConfig | null): PromptConverter {
  const field = collection?.flattenedFields.find(({ name }) => name === 'prompt')
  if (field?.type !== 'richText') throw new Error('This collection has no prompt')
  return createPromptConverter(editorConfigFactory.fromField({ field }))
}
