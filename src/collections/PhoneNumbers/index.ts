import type { CollectionConfig } from 'payload'
import { tenantAccess } from '../../access/index.ts'
import type { Registry } from '../../registry/index.ts'
import { AGENTS, PHONE_NUMBERS } from '../slugs.ts'
import { normalizeNumber } from './normalize-number.ts'
import { validateAgent } from './validate-agent.ts'
import { validateNumber } from './validate-number.ts'

/**
 * Phone numbers: which agent answers which number, at which carrier. A number belongs to one tenant.
 * @param options.registry the installed providers, of which the carriers can be chosen
 */
export function createPhoneNumbers({ registry }: { registry: Registry }): CollectionConfig {
  const carriers = registry.withCapability('telephony')
  return {
    slug: PHONE_NUMBERS,
    labels: { singular: 'Phone number', plural: 'Phone numbers' },
    access: tenantAccess({
      read: ['owner', 'editor', 'viewer'],
      create: ['owner'],
      update: ['owner'],
      delete: ['owner'],
    }),
    disableDuplicate: true,
    admin: {
      useAsTitle: 'number',
      group: 'Build',
      defaultColumns: ['number', 'label', 'agent', 'provider'],
      description: 'Numbers that you own at a carrier, and the agent that answers each.',
      components: {
        beforeListTable: [
          {
            path: '/src/admin/lists/EmptyHint.tsx#EmptyHint',
            clientProps: {
              text: 'No numbers yet. Add one that you own, then tell the carrier the webhook URL on its page.',
            },
          },
        ],
      },
    },
    fields: [
      {
        name: 'number',
        type: 'text',
        required: true,
        unique: true,
        index: true,
        hooks: { beforeValidate: [normalizeNumber] },
        validate: validateNumber,
        admin: {
          placeholder: '+15551234567',
          description: 'With plus and country code. Spaces and brackets are taken out.',
        },
      },
      {
        name: 'label',
        type: 'text',
        maxLength: 120,
        admin: { placeholder: 'Front desk', description: 'For you alone.' },
      },
      {
        name: 'provider',
        type: 'select',
        label: 'Carrier',
        required: true,
        options: carriers.map(({ id, name }) => ({ label: name, value: id })),
        defaultValue: carriers[0]?.id,
        validate: (value: unknown) => {
          if (!value) return 'Choose the carrier of this number.'
          const names = carriers.map(({ name }) => name).join(', ')
          return (
            carriers.some(({ id }) => id === value) || `${String(value)} is no carrier here. Choose one of: ${names}.`
          )
        },
      },
      {
        name: 'agent',
        type: 'relationship',
        relationTo: AGENTS,
        validate: validateAgent,
        filterOptions: { kind: { equals: 'voice' } },
        admin: { description: 'Who answers. It must be published; without an agent, calls are refused.' },
      },
      {
        name: 'webhookUrl',
        type: 'ui',
        admin: {
          disableListColumn: true,
          components: {
            Field: {
              path: '/src/admin/fields/WebhookUrlField/index.tsx#WebhookUrlField',
              clientProps: {
                carriers: carriers.map(({ id, name, telephony }) => ({
                  id,
                  name,
                  paths: telephony?.webhookPaths ?? [],
                })),
              },
            },
          },
        },
      },
    ],
  }
}
