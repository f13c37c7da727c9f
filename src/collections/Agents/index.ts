import type { CollectionConfig } from 'payload'
import { tenantAccess } from '../../access/index.ts'
import type { Registry } from '../../registry/index.ts'
import { AGENTS } from '../slugs.ts'
import { callFields } from './fields/call-fields.ts'
import { createPromptFields } from './fields/prompt-fields.ts'
import { createProviderFields } from './fields/provider-fields.ts'
import { createToolsField } from './fields/tools-field.ts'
import { keepLiveWhileDraftPending } from './hooks/keep-live-while-draft-pending.ts'
import { createTakeDefaultModel } from './hooks/take-default-model.ts'
import { isPublished } from './validate/is-published.ts'

export const AGENT_KINDS = ['voice', 'email', 'content'] as const

/**
 * Agents: what live calls use is the published version; drafts may be incomplete.
 * @param options.registry the installed providers, from which an agent's are chosen
 */
export const createAgents = ({ registry }: { registry: Registry }): CollectionConfig => ({
  slug: AGENTS,
  labels: { singular: 'Agent', plural: 'Agents' },
  access: tenantAccess({
    read: ['owner', 'editor', 'viewer'],
    create: ['owner', 'editor'],
    update: ['owner', 'editor'],
    delete: ['owner', 'editor'],
  }),
  admin: {
    useAsTitle: 'name',
    group: 'Build',
    defaultColumns: ['name', 'kind', '_status', 'updatedAt'],
    description: 'What callers talk to: a prompt, a voice, and the providers behind them.',
    components: {
      edit: { beforeDocumentControls: ['/src/admin/outbound-call/CallNumber.tsx#CallNumber'] },
      beforeListTable: [
        {
          path: '/src/admin/lists/EmptyHint.tsx#EmptyHint',
          clientProps: {
            text: 'No agents yet. Create one, publish it, and give it a phone number.',
          },
        },
      ],
    },
  },
  versions: { drafts: true, maxPerDoc: 50 },
  trash: true,
  hooks: { beforeOperation: [keepLiveWhileDraftPending, createTakeDefaultModel({ registry })] },
  fields: [
    {
      name: 'name',
      type: 'text',
      maxLength: 120,
      validate: (value: string | null | undefined, { data }: { data: unknown }) => {
        if (value && value.length > 120) return 'Keep the name under 120 characters.'
        return value?.trim() || !isPublished(data) ? true : 'Give the agent a name before you publish.'
      },
    },
    {
      name: 'kind',
      type: 'select',
      options: [
        { label: 'Voice', value: 'voice' },
        { label: 'Email', value: 'email' },
        { label: 'Content', value: 'content' },
      ],
      defaultValue: 'voice',
      required: true,
      admin: { position: 'sidebar' },
    },
    {
      type: 'tabs',
      tabs: [
        { label: 'Prompt', fields: createPromptFields() },
        { label: 'Providers', fields: createProviderFields({ registry }) },
        {
          label: 'Tools',
          admin: { condition: (data) => data.kind === 'voice' },
          fields: [createToolsField({ registry })],
        },
        { label: 'Calls', admin: { condition: (data) => data.kind === 'voice' }, fields: callFields },
      ],
    },
  ],
})
