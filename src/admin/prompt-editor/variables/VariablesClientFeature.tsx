'use client'
import { createClientFeature } from '@payloadcms/richtext-lexical/client'
import { BUILT_IN_VARIABLES, formatVariable } from '../../../prompts/variables.ts'
import { insertVariable } from './insert-variable.ts'
import { VariableIcon } from './VariableIcon.tsx'
import { VariableNode } from './variable-node.ts'
import { VariablesPlugin } from './VariablesPlugin.tsx'

/**
 * The client half of the variables feature: chips, toolbar menu, slash menu, pasted Markdown. Both menus hold what every
 * agent has; the agent's own variables are offered after `{{`, because the editor's menus cannot follow a form.
 */
export const VariablesClientFeature = createClientFeature({
  nodes: [VariableNode],
  plugins: [{ Component: VariablesPlugin, position: 'normal' }],
  slashMenu: {
    groups: [
      {
        key: 'variables',
        label: 'Variables',
        items: BUILT_IN_VARIABLES.map(({ name }) => ({
          key: `variable-${name}`,
          label: formatVariable(name),
          keywords: ['variable'],
          Icon: VariableIcon,
          onSelect: ({ editor }) => insertVariable({ editor, name }),
        })),
      },
    ],
  },
  toolbarFixed: {
    groups: [
      {
        type: 'dropdown',
        key: 'promptVariables',
        order: 60,
        ChildComponent: VariableIcon,
        items: BUILT_IN_VARIABLES.map(({ name }) => ({
          key: `variable-${name}`,
          label: formatVariable(name),
          ChildComponent: VariableIcon,
          onSelect: ({ editor }) => insertVariable({ editor, name }),
        })),
      },
    ],
  },
})
