import type { LexicalEditor } from '@payloadcms/richtext-lexical/lexical'
import { $getNodeByKey } from '@payloadcms/richtext-lexical/lexical'
import type { PromptVariable } from '../../../prompts/variables.ts'
import { $isVariableNode, VariableNode } from './variable-node.ts'

type MarkUnknownOptions = { editor: LexicalEditor; known: readonly PromptVariable[] }

/**
 * Marks the chips whose variable nobody fills, and says of the others what they stand for, now and as they come.
 * @returns stops marking
 */
export const markUnknown = ({ editor, known }: MarkUnknownOptions): (() => void) =>
  editor.registerMutationListener(VariableNode, (mutations) => {
    editor.getEditorState().read(() => {
      for (const [key, mutation] of mutations) {
        const node = $getNodeByKey(key)
        const element = editor.getElementByKey(key)
        if (mutation === 'destroyed' || !element || !$isVariableNode(node)) continue
        const variable = known.find(({ name }) => name === node.getName())
        element.classList.toggle('prompt-variable--unknown', !variable)
        element.title = variable ? variable.description : 'Nobody fills this variable. Add it under Variables below.'
      }
    })
  })
