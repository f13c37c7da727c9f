'use client'
import { createClientFeature } from '@payloadcms/richtext-lexical/client'
import type { SlashMenuGroup, SlashMenuItem } from '@payloadcms/richtext-lexical'
import { BUILT_IN_VARIABLES, formatVariable } from '../../../prompts/variables.ts'
import type { PromptVariable } from '../../../prompts/variables.ts'
import { promptMarkdownTransformers } from './markdown-transformers.ts'
import { collectOwnVariables, insertVariable } from './variable-commands.ts'
import { VariableIcon } from './VariableIcon.tsx'
import { VariableNode } from './variable-node.ts'
import { VariablesPlugin } from './VariablesPlugin.tsx'

const toSlashMenuItem = ({ name, description }: PromptVariable): SlashMenuItem => ({
  key: `variable-${name}`,
  label: formatVariable(name),
  keywords: ['variable', ...description.toLowerCase().split(/\W+/).filter(Boolean)],
  Icon: VariableIcon,
  onSelect: ({ editor }) => insertVariable({ editor, name }),
})

const toGroup = (items: SlashMenuItem[]): SlashMenuGroup => ({ key: 'variables', label: 'Variables', items })

const includesText = ({ name, description }: PromptVariable, text: string): boolean =>
  `variable ${name} ${description}`.toLowerCase().includes(text.toLowerCase())

/** The client half of the variables feature: chips, toolbar menu, slash menu, pasted Markdown. */
export const VariablesClientFeature = createClientFeature({
  markdownTransformers: promptMarkdownTransformers,
  nodes: [VariableNode],
  plugins: [{ Component: VariablesPlugin, position: 'normal' }],
  slashMenu: {
    groups: [toGroup(BUILT_IN_VARIABLES.map(toSlashMenuItem))],
    dynamicGroups: ({ editor, queryString }) => {
      const found = collectOwnVariables(editor).filter((variable) => includesText(variable, queryString))
      return found.length > 0 ? [toGroup(found.map(toSlashMenuItem))] : []
    },
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
