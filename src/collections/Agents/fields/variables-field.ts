import type { ArrayField } from 'payload'
import { formatVariable, isBuiltInVariable, VARIABLE_NAME } from '../../../prompts/variables.ts'
import { ownVariableNames } from '../validate/validate-variables.ts'

/** The agent's own variables, beside those that every call has. */
export const variablesField: ArrayField = {
  name: 'variables',
  type: 'array',
  maxRows: 50,
  labels: { singular: 'Variable', plural: 'Variables' },
  admin: {
    initCollapsed: true,
    components: { RowLabel: '/src/admin/prompt-editor/variables/VariableRowLabel.tsx#VariableRowLabel' },
    description:
      'Your own blanks in the prompt and the greeting. An outbound call can fill them; otherwise the default is used.',
  },
  fields: [
    {
      type: 'row',
      fields: [
        {
          name: 'name',
          type: 'text',
          validate: (value: string | null | undefined, { data }: { data: unknown }) => {
            if (!value) return 'Give the variable a name.'
            if (value.length > 60 || !VARIABLE_NAME.test(value)) {
              return 'Use letters, digits and underscores, and begin with a letter.'
            }
            if (isBuiltInVariable(value))
              return `${formatVariable(value)} is filled by every call already. Choose another name.`
            const isTwice = ownVariableNames(data).filter((name) => name === value).length > 1
            return isTwice ? `${formatVariable(value)} is there twice.` : true
          },
          admin: { placeholder: 'order_number', width: '30%' },
        },
        { name: 'default', type: 'text', maxLength: 2_000, label: 'Default value', admin: { width: '35%' } },
        { name: 'description', type: 'text', maxLength: 300, admin: { width: '35%' } },
      ],
    },
  ],
}
