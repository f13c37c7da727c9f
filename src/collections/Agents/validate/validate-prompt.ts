import type { RichTextFieldValidation } from 'payload'
import { richText } from 'payload/shared'
import { isEmptyPrompt, listVariables } from '../../../prompts/list-variables.ts'
import { isPromptDocument } from '../../../prompts/prompt-document.ts'
import { isPublished } from './is-published.ts'
import { checkVariablesKnown } from './validate-variables.ts'

/** The editor's own checks, and of a published agent also that there is a prompt and that all its variables are known. */
export const validatePrompt: RichTextFieldValidation = async (value, options) => {
  const verdict = await richText(value, options)
  if (verdict !== true || !isPublished(options.data)) return verdict
  if (!isPromptDocument(value) || isEmptyPrompt(value)) return 'Write a prompt before you publish.'
  return checkVariablesKnown({ names: listVariables(value), data: options.data })
}
