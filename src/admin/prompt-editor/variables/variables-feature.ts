import { createNode, createServerFeature } from '@payloadcms/richtext-lexical'
import { VariableNode } from './variable-node.ts'

/** Variables in the prompt editor: chips and menus. */
export const VariablesFeature = createServerFeature({
  key: 'promptVariables',
  feature: {
    ClientFeature: '/src/admin/prompt-editor/variables/VariablesClientFeature.tsx#VariablesClientFeature',
    nodes: [createNode({ node: VariableNode })],
  },
})
