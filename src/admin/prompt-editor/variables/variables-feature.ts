import { createNode, createServerFeature } from '@payloadcms/richtext-lexical'
import { promptMarkdownTransformers } from './markdown-transformers.ts'
import { VariableNode } from './variable-node.ts'

/** Variables in the prompt editor: chips, menus, and `{{name}}` in Markdown. */
export const VariablesFeature = createServerFeature({
  key: 'promptVariables',
  feature: {
    ClientFeature: '/src/admin/prompt-editor/variables/VariablesClientFeature.tsx#VariablesClientFeature',
    markdownTransformers: promptMarkdownTransformers,
    nodes: [createNode({ node: VariableNode })],
  },
})
