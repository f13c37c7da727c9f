import type { ArrayField, Field } from 'payload'
import type { Registry } from '../../../registry/index.ts'
import { isE164, normalizeNumber, takeOutSigns } from '../../PhoneNumbers/normalize-number.ts'
import { isPublished } from '../validate/is-published.ts'
import { TOOL_TYPES, toolNameOf } from '../tool-types.ts'
import type { ToolType } from '../tool-types.ts'
import { validateTools } from '../validate/validate-tools.ts'

type Sibling = { type?: ToolType } | undefined
type Text = string | null | undefined

const isFor =
  (type: ToolType) =>
  (_data: unknown, sibling: Sibling): boolean =>
    sibling?.type === type

const MOST_DESTINATIONS = 20

/** What the agent can do in a call beside talking. */
export const createToolsField = ({ registry }: { registry: Registry }): ArrayField => ({
  name: 'tools',
  type: 'array',
  maxRows: 10,
  labels: { singular: 'Tool', plural: 'Tools' },
  validate: (rows, { data }) => validateTools(rows, data),
  admin: {
    components: { RowLabel: '/src/admin/agent-tools/ToolRowLabel.tsx#ToolRowLabel' },
    description:
      'What the agent can do in a call beside talking. It decides by itself when; say in the prompt what you want it for.',
  },
  fields: [
    {
      name: 'type',
      type: 'select',
      required: true,
      label: 'Tool',
      options: TOOL_TYPES.map((value) => ({
        value,
        label: toolNameOf(value),
      })),
      admin: {
        description:
          'Hang up after a goodbye; hand the caller to a person; press keys in a menu of the other side; look things up on the web.',
      },
    },
    {
      name: 'when',
      type: 'text',
      maxLength: 500,
      label: 'When to hang up',
      admin: {
        condition: isFor('end-call'),
        placeholder: 'When the caller has said goodbye.',
        description: 'Empty: when the caller has said goodbye, or has nothing more to ask.',
      },
    },
    createDestinationsField(),
    createProviderField({ registry }),
  ],
})

const createDestinationsField = (): Field => ({
  name: 'destinations',
  type: 'array',
  maxRows: MOST_DESTINATIONS,
  labels: { singular: 'Destination', plural: 'Destinations' },
  admin: {
    condition: isFor('transfer-call'),
    description: 'The only numbers to which the agent can hand a call, whatever a caller asks for.',
  },
  fields: [
    {
      type: 'row',
      fields: [
        {
          name: 'name',
          type: 'text',
          validate: (value: Text) => {
            if (!value?.trim()) return 'Give the destination a name, such as Sales.'
            return value.length <= 60 || 'Keep the name under 60 characters.'
          },
          admin: { width: '25%', placeholder: 'Sales' },
        },
        {
          name: 'number',
          type: 'text',
          hooks: { beforeValidate: [normalizeNumber] },
          validate: (value: Text) => {
            if (!value) return 'Enter the number of the destination.'
            return (
              isE164(takeOutSigns(value)) || 'Enter the number with a plus and its country code, such as +14155550123.'
            )
          },
          admin: { width: '25%', placeholder: '+14155550123' },
        },
        {
          name: 'when',
          type: 'text',
          maxLength: 500,
          label: 'When',
          admin: { width: '50%', placeholder: 'When somebody wants to buy.', description: 'Tells the agent when.' },
        },
      ],
    },
  ],
})

const createProviderField = ({ registry }: { registry: Registry }): Field => {
  const providers = registry.withCapability('web-search')
  return {
    name: 'provider',
    type: 'select',
    label: 'Search with',
    options: providers.map(({ id, name }) => ({ label: name, value: id })),
    validate: (value: unknown, { data, siblingData }: { data: unknown; siblingData: unknown }) => {
      if ((siblingData as Sibling)?.type !== 'web-search') return true
      if (!value) return isPublished(data) ? 'Choose whose search the agent uses before you publish.' : true
      const names = providers.map(({ name }) => name).join(', ')
      return (
        providers.some(({ id }) => id === value) || `${String(value)} cannot search the web. Choose one of: ${names}.`
      )
    },
    admin: {
      condition: isFor('web-search'),
      description: 'Uses your own key of the provider: calls begin only where it is there.',
    },
  }
}
