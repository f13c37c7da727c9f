import { getEnabledNodes } from '@payloadcms/richtext-lexical/client'
import type { SanitizedClientEditorConfig } from '@payloadcms/richtext-lexical'
import {
  $getSelection,
  $insertNodes,
  $parseSerializedNode,
  COMMAND_PRIORITY_NORMAL,
  PASTE_COMMAND,
} from '@payloadcms/richtext-lexical/lexical'
import type { LexicalEditor, SerializedLexicalNode } from '@payloadcms/richtext-lexical/lexical'
import { createHeadlessEditor } from '@payloadcms/richtext-lexical/lexical/headless'
import { $convertFromMarkdownString } from '@payloadcms/richtext-lexical/lexical/markdown'
import { separateEmphasis } from '../../../prompts/markdown-escape.ts'

type PasteOptions = { editor: LexicalEditor; editorConfig: SanitizedClientEditorConfig }

/** A heading, a list, a quote or strong words: plain text that was meant as Markdown. */
const LOOKS_LIKE_MARKDOWN = /^(?:#{1,4} |[-*+] |\d+\. |> )|\*\*\S/m

/**
 * Lets Markdown be pasted as what it means. Text that comes with formatting of its own is left to the editor.
 * @returns stops doing so
 */
export const registerMarkdownPaste = ({ editor, editorConfig }: PasteOptions): (() => void) =>
  editor.registerCommand(
    PASTE_COMMAND,
    (event) => {
      const data = event instanceof ClipboardEvent ? event.clipboardData : null
      const text = data?.getData('text/plain').replace(/\r\n?/g, '\n') ?? ''
      const hasFormatting = !data || FORMATTED_TYPES.some((type) => data.types.includes(type))
      if (hasFormatting || !LOOKS_LIKE_MARKDOWN.test(text) || !$getSelection()) return false
      event.preventDefault()
      $insertNodes(readMarkdown({ markdown: text, editorConfig }).map((node) => $parseSerializedNode(node)))
      return true
    },
    COMMAND_PRIORITY_NORMAL,
  )

const FORMATTED_TYPES = ['text/html', 'application/x-lexical-editor']

type ReadMarkdownOptions = { markdown: string; editorConfig: SanitizedClientEditorConfig }

/** In an editor of its own, because the importer replaces what the editor holds. */
function readMarkdown({ markdown, editorConfig }: ReadMarkdownOptions): SerializedLexicalNode[] {
  const scratch = createHeadlessEditor({ nodes: getEnabledNodes({ editorConfig }) })
  const { markdownTransformers } = editorConfig.features
  scratch.update(
    () => $convertFromMarkdownString(separateEmphasis(markdown), markdownTransformers, undefined, false, false),
    { discrete: true },
  )
  return scratch.getEditorState().toJSON().root.children
}
