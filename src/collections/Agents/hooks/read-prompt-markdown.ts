import type { FieldHook } from 'payload'
import { isPromptDocument } from '../../../prompts/prompt-document.ts'
import { writeMarkdown } from '../../../prompts/write-markdown.ts'

/** Gives the prompt as Markdown; nothing where the prompt was not read. */
export const readPromptMarkdown: FieldHook = ({ siblingData }) =>
  isPromptDocument(siblingData.prompt) ? writeMarkdown(siblingData.prompt) : siblingData.prompt
