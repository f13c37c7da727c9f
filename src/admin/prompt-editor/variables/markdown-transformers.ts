import { $createLineBreakNode, $isTextNode } from '@payloadcms/richtext-lexical/lexical'
import type { ElementNode, LexicalNode, TextNode } from '@payloadcms/richtext-lexical/lexical'
import { $createQuoteNode, $isQuoteNode, QuoteNode } from '@payloadcms/richtext-lexical/lexical/rich-text'
import { escapeMarkdown } from '../../../prompts/markdown-escape.ts'
import { formatVariable, VARIABLE_PATTERN } from '../../../prompts/variables.ts'
import { $createVariableNode, $isVariableNode, VariableNode } from './variable-node.ts'

/** A private-use character: stands for a text while the exporter puts formats around it. */
const PLACEHOLDER = '\uE000'

const NEVER = /(?!)/

/** `{{name}}` in Markdown and the chip in the document. Reads no shortcut while typing: the editor's plugin does that. */
const variable = {
  type: 'text-match' as const,
  dependencies: [VariableNode],
  importRegExp: VARIABLE_PATTERN,
  regExp: NEVER,
  replace(textNode: TextNode, match: RegExpMatchArray) {
    const [, name = ''] = match
    const node = $createVariableNode(name)
    node.setFormat(textNode.getFormat())
    textNode.replace(node)
  },
}

/** Writes texts and variables with no more escapes than needed; the exporter's own would put a backslash into every `snake_case`. */
const plainText = {
  type: 'text-match' as const,
  dependencies: [],
  regExp: NEVER,
  export(
    node: LexicalNode,
    _exportChildren: unknown,
    exportFormat: (node: TextNode, text: string) => string,
  ): string | null {
    if (!$isTextNode(node) || node.hasFormat('code')) return null
    const [, before = '', content = '', after = ''] = /^(\s*)(.*?)(\s*)$/s.exec(node.getTextContent()) ?? []
    const text = $isVariableNode(node) ? formatVariable(node.getName()) : escapeMarkdown(content)
    if (!text) return exportFormat(node, before)
    return exportFormat(node, `${before}${PLACEHOLDER}${after}`).replace(PLACEHOLDER, () => text)
  },
}

/** A quote keeps its lines apart; the editor's own transformer joins the words at each line's end. */
const quote = {
  type: 'element' as const,
  dependencies: [QuoteNode],
  regExp: /^>\s/,
  replace(parent: ElementNode, children: LexicalNode[], _match: string[], isImport: boolean) {
    const previous = parent.getPreviousSibling()
    if (isImport && $isQuoteNode(previous)) {
      previous.append($createLineBreakNode(), ...children)
      parent.remove()
      return
    }
    const node = $createQuoteNode()
    node.append(...children)
    parent.replace(node)
    if (!isImport) node.select(0, 0)
  },
  export(node: LexicalNode, exportChildren: (node: ElementNode) => string): string | null {
    if (!$isQuoteNode(node)) return null
    const lines = exportChildren(node).split('\n')
    return lines.map((line) => `> ${line}`).join('\n')
  },
}

/** Three stars; the editor's own is looked for only after two stars, and never found. */
const boldItalic = {
  type: 'text-format' as const,
  format: ['bold' as const, 'italic' as const],
  tag: '***',
}

/** What the prompt editor reads and writes in its own way; must come before the features whose transformers it replaces. */
export const promptMarkdownTransformers = [boldItalic, variable, plainText, quote]
