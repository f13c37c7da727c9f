import { $getSelection, $isRangeSelection } from '@payloadcms/richtext-lexical/lexical'
import type { TextNode } from '@payloadcms/richtext-lexical/lexical'
import { VARIABLE_PATTERN } from '../../../prompts/variables.ts'
import { $createVariableNode } from './variable-node.ts'

/** Node transform: turns the first `{{name}}` in a text into its chip, however it got there. Code stays as it is written. */
export function $turnIntoChip(node: TextNode): void {
  if (!node.isSimpleText() || node.hasFormat('code')) return
  const match = VARIABLE_PATTERN.exec(node.getTextContent())
  const name = match?.[1]
  if (!match || !name) return

  const end = match.index + match[0].length
  const parts = match.index === 0 ? node.splitText(end) : node.splitText(match.index, end)
  const text = parts[match.index === 0 ? 0 : 1]
  if (!text) return
  const selection = $getSelection()
  const isCaretInside = $isRangeSelection(selection) && selection.anchor.key === text.getKey()
  const chip = $createVariableNode(name)
  chip.setFormat(text.getFormat())
  text.replace(chip)
  if (isCaretInside) chip.selectEnd()
}
