import { $getRoot, $getSelection, $insertNodes, createCommand } from '@payloadcms/richtext-lexical/lexical'
import type { LexicalCommand, LexicalEditor } from '@payloadcms/richtext-lexical/lexical'
import type { PromptVariable } from '../../../prompts/variables.ts'
import { $createVariableNode } from './variable-node.ts'

/** Asks the editor's form for the agent's own variables: the handler adds them to the list it is given. */
export const COLLECT_VARIABLES: LexicalCommand<PromptVariable[]> = createCommand('COLLECT_VARIABLES')

/** The agent's own variables as the form has them now. */
export function collectOwnVariables(editor: LexicalEditor): PromptVariable[] {
  const variables: PromptVariable[] = []
  editor.dispatchCommand(COLLECT_VARIABLES, variables)
  return variables
}

/** Puts a variable where the caret is, else at the end. */
export function insertVariable({ editor, name }: { editor: LexicalEditor; name: string }): void {
  editor.update(() => {
    if (!$getSelection()) $getRoot().selectEnd()
    const node = $createVariableNode(name)
    $insertNodes([node])
    node.selectEnd()
  })
}
