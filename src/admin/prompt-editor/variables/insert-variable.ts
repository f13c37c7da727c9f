import { $getRoot, $getSelection, $insertNodes } from '@payloadcms/richtext-lexical/lexical'
import type { LexicalEditor } from '@payloadcms/richtext-lexical/lexical'
import { $createVariableNode } from './variable-node.ts'

/** Puts a variable where the caret is, else at the end. */
export function insertVariable({ editor, name }: { editor: LexicalEditor; name: string }): void {
  editor.update(() => {
    if (!$getSelection()) $getRoot().selectEnd()
    const node = $createVariableNode(name)
    $insertNodes([node])
    node.selectEnd()
  })
}
