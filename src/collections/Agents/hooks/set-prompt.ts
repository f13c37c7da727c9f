import { ValidationError } from 'payload'
import type { FieldHook } from 'payload'
import { MAX_PROMPT_CHARACTERS, parseMarkdown } from '../../../prompts/parse-markdown.ts'
import { isPromptDocument } from '../../../prompts/prompt-document.ts'

/**
 * Takes the prompt from `promptMarkdown` where that was written, and refuses what the editor could not open again.
 * A client that sends a whole document back, changed in `prompt` alone, sends the former Markdown with it:
 * that is not a change of the Markdown, so the document wins.
 * @throws ValidationError also for drafts, whose other checks wait until they are published
 */
export const setPrompt: FieldHook = ({ value, siblingData, originalDoc, collection }) => {
  const refuse = (message: string): never => {
    throw new ValidationError({ collection: collection?.slug, errors: [{ message, path: 'prompt' }] })
  }
  const markdown: unknown = siblingData.promptMarkdown
  const isMarkdownWritten = markdown !== undefined && markdown !== (originalDoc?.promptMarkdown ?? undefined)

  if (isMarkdownWritten && markdown !== null) {
    if (typeof markdown !== 'string') return refuse('promptMarkdown must be text.')
    if (markdown.length > MAX_PROMPT_CHARACTERS) return refuse(TOO_LONG)
    return parseMarkdown(markdown)
  }
  if (isMarkdownWritten && value === undefined) return null
  if (value === undefined || value === null) return value
  if (!isPromptDocument(value)) return refuse(NO_DOCUMENT)
  return JSON.stringify(value).length > MAX_DOCUMENT_CHARACTERS ? refuse(TOO_LONG) : value
}

const TOO_LONG = `The prompt is longer than ${MAX_PROMPT_CHARACTERS.toLocaleString('en')} characters.`
const NO_DOCUMENT = 'prompt must be a document of the prompt editor. To write text, use promptMarkdown.'

/** A document says every text with about as many characters around it; single words in changing formats need most. */
const MAX_DOCUMENT_CHARACTERS = 20 * MAX_PROMPT_CHARACTERS
