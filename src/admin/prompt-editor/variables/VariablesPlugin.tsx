'use client'
import { TextNode } from '@payloadcms/richtext-lexical/lexical'
import { useLexicalComposerContext } from '@payloadcms/richtext-lexical/lexical/react/LexicalComposerContext'
import { useEffect, useMemo } from 'react'
import { BUILT_IN_VARIABLES } from '../../../prompts/variables.ts'
import './variables.css'
import { markUnknown } from './mark-unknown.ts'
import { registerMarkdownPaste } from './paste-markdown.ts'
import { $turnIntoChip } from './turn-into-chip.ts'
import { useOwnVariables } from './use-own-variables.ts'
import { VariableMenu } from './VariableMenu.tsx'

/** Keeps the chips of the prompt editor: makes them, marks unknown ones, and offers what there is. */
export const VariablesPlugin = () => {
  const [editor] = useLexicalComposerContext()
  const own = useOwnVariables()
  const known = useMemo(() => [...own, ...BUILT_IN_VARIABLES], [own])

  useEffect(() => editor.registerNodeTransform(TextNode, $turnIntoChip), [editor])
  useEffect(() => markUnknown({ editor, known }), [editor, known])
  useEffect(() => registerMarkdownPaste(editor), [editor])

  return <VariableMenu variables={known} />
}
