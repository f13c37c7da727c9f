import { $applyNodeReplacement, TextNode } from '@payloadcms/richtext-lexical/lexical'
import type {
  EditorConfig,
  LexicalNode,
  NodeKey,
  SerializedTextNode,
  Spread,
} from '@payloadcms/richtext-lexical/lexical'
import { formatVariable } from '../../../prompts/variables.ts'

export const VARIABLE_CLASS = 'prompt-variable'

export type SerializedVariableNode = Spread<{ type: 'variable'; name: string }, SerializedTextNode>

/** A variable of a prompt: one piece of text that is selected and deleted as a whole and takes the formats around it. */
export class VariableNode extends TextNode {
  __name: string

  static override getType(): string {
    return 'variable'
  }

  static override clone(node: VariableNode): VariableNode {
    return new VariableNode(node.__name, node.__key)
  }

  static override importJSON(serialized: SerializedVariableNode): VariableNode {
    return $createVariableNode(serialized.name).updateFromJSON({
      ...serialized,
      text: formatVariable(serialized.name),
      mode: 'token',
    })
  }

  constructor(name: string, key?: NodeKey) {
    super(formatVariable(name), key)
    this.__name = name
  }

  getName(): string {
    return this.getLatest().__name
  }

  override exportJSON(): SerializedVariableNode {
    return { ...super.exportJSON(), type: 'variable', name: this.getName() }
  }

  override createDOM(config: EditorConfig): HTMLElement {
    const element = super.createDOM(config)
    element.classList.add(VARIABLE_CLASS)
    element.spellcheck = false
    return element
  }

  override canInsertTextBefore(): boolean {
    return false
  }

  override canInsertTextAfter(): boolean {
    return false
  }

  override isTextEntity(): boolean {
    return true
  }
}

/** Makes the chip of a variable, inside an editor's update. */
export const $createVariableNode = (name: string): VariableNode =>
  $applyNodeReplacement(new VariableNode(name).setMode('token'))

export const $isVariableNode = (node: LexicalNode | null | undefined): node is VariableNode =>
  node instanceof VariableNode
