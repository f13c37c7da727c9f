import type { FieldHook } from 'payload'
import { isPromptDocument } from '../../../prompts/prompt-document.ts'
import { promptConverterOf } from '../prompt-converter-of.ts'

/** Gives the prompt as Markdown; nothing where the prompt was not read. */
export const readPromptMarkdown: FieldHook = ({ siblingData, collection }) =>
  isPromptDocument(siblingData.prompt)
    ? promptConverterOf(collection).toMarkdown(siblingData.prompt)
    : siblingData.prompt
