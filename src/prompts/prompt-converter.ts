import { $convertFromMarkdownString, convertLexicalToMarkdown, getEnabledNodes } from '@payloadcms/richtext-lexical'
import type { SanitizedServerEditorConfig } from '@payloadcms/richtext-lexical'
import type { SerializedEditorState } from '@payloadcms/richtext-lexical/lexical'
import { createHeadlessEditor } from '@payloadcms/richtext-lexical/lexical/headless'
import { separateEmphasis } from './markdown-escape.ts'
import type { PromptDocument } from './prompt-document.ts'

/** Longest prompt in Markdown, in characters: reading Markdown takes more than linear time on a long line. */
export const MAX_PROMPT_CHARACTERS = 50_000

export type PromptConverter = {
  toDocument(markdown: string): PromptDocument
  toMarkdown(document: PromptDocument): string
  /** Whether the editor can open the document: it knows every node in it. */
  canOpen(document: PromptDocument): boolean
}

/**
 * Converts prompts between the editor's document and Markdown, by the features of one editor.
 * Blank lines separate blocks; a single line break stays a line break.
 */
export function createPromptConverter(editorConfig: SanitizedServerEditorConfig): PromptConverter {
  const createEditor = () => createHeadlessEditor({ nodes: getEnabledNodes({ editorConfig }), onError: rethrow })
  return {
    toDocument(markdown) {
      const editor = createEditor()
      const source = separateEmphasis(markdown.replace(/\r\n?/g, '\n'))
      const { markdownTransformers } = editorConfig.features
      // Not `convertMarkdownToLexical`: that one joins the lines of a paragraph, and a prompt's line breaks matter.
      editor.update(() => $convertFromMarkdownString(source, markdownTransformers, undefined, false, false), {
        discrete: true,
      })
      return editor.getEditorState().toJSON() as unknown as PromptDocument
    },
    toMarkdown: (document) =>
      separateEmphasis(convertLexicalToMarkdown({ data: toEditorState(document), editorConfig }).trim()),
    canOpen(document) {
      try {
        createEditor().parseEditorState(toEditorState(document))
        return true
      } catch {
        return false
      }
    },
  }
}

const toEditorState = (document: PromptDocument) => document as unknown as SerializedEditorState

const rethrow = (error: Error): never => {
  throw error
}
