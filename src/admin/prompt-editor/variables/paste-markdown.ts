import {
  $getSelection,
  $insertNodes,
  $parseSerializedNode,
  COMMAND_PRIORITY_NORMAL,
  PASTE_COMMAND,
} from '@payloadcms/richtext-lexical/lexical'
import type { LexicalEditor } from '@payloadcms/richtext-lexical/lexical'
import { MAX_PROMPT_CHARACTERS, parseMarkdown } from '../../../prompts/parse-markdown.ts'

/** A heading, a list, a quote or strong words: plain text that was meant as Markdown. */
const LOOKS_LIKE_MARKDOWN = /^(?:#{1,4} |[-*+] |\d+\. |> )|\*\*\S/m

const FORMATTED_TYPES = ['text/html', 'application/x-lexical-editor']

/**
 * Lets Markdown be pasted as what it means. Text that comes with formatting of its own is left to the editor.
 * @returns stops doing so
 */
export const registerMarkdownPaste = (editor: LexicalEditor): (() => void) =>
  editor.registerCommand(
    PASTE_COMMAND,
    (event) => {
      const data = event instanceof ClipboardEvent ? event.clipboardData : null
      const text = data?.getData('text/plain') ?? ''
      const hasFormatting = !data || FORMATTED_TYPES.some((type) => data.types.includes(type))
      const isMarkdown = !hasFormatting && text.length <= MAX_PROMPT_CHARACTERS && LOOKS_LIKE_MARKDOWN.test(text)
      if (!isMarkdown || !$getSelection()) return false
      event.preventDefault()
      $insertNodes(parseMarkdown(text).root.children.map((node) => $parseSerializedNode(node)))
      return true
    },
    COMMAND_PRIORITY_NORMAL,
  )
