'use client'
import { useEditorConfigContext } from '@payloadcms/richtext-lexical/client'
import { COMMAND_PRIORITY_EDITOR, TextNode } from '@payloadcms/richtext-lexical/lexical'
import { useLexicalComposerContext } from '@payloadcms/richtext-lexical/lexical/react/LexicalComposerContext'
import { useEffect } from 'react'
import { BUILT_IN_VARIABLES } from '../../../prompts/variables.ts'
import './variables.css'
import { markUnknown } from './mark-unknown.ts'
import { registerMarkdownPaste } from './paste-markdown.ts'
import { $turnIntoChip } from './turn-into-chip.ts'
import { useOwnVariables } from './use-own-variables.ts'
import { COLLECT_VARIABLES } from './variable-commands.ts'

/** Keeps the chips of the prompt editor: makes them, marks unknown ones, and tells the menus what there is. */
export const VariablesPlugin = () => {
  const [editor] = useLexicalComposerContext()
  const { editorConfig } = useEditorConfigContext()
  const own = useOwnVariables()

  useEffect(() => editor.registerNodeTransform(TextNode, $turnIntoChip), [editor])
  useEffect(() => markUnknown({ editor, known: [...BUILT_IN_VARIABLES, ...own] }), [editor, own])
  useEffect(
    () =>
      editor.registerCommand(
        COLLECT_VARIABLES,
        (variables) => {
          variables.push(...own)
          return true
        },
        COMMAND_PRIORITY_EDITOR,
      ),
    [editor, own],
  )
  useEffect(() => registerMarkdownPaste({ editor, editorConfig }), [editor, editorConfig])

  return null
}
