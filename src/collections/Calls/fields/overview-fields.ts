import type { DateField, Field } from 'payload'
import { ENDED_REASONS } from '../../../calls/ended-reason.ts'
import { CALL_ANSWERERS, CALL_STATUSES } from '../call-status.ts'
import { toOptions } from './to-options.ts'

/** What a person wants to see first: who, when, how long, and how it went. */
export const overviewFields: Field[] = [
  {
    name: 'status',
    type: 'select',
    required: true,
    defaultValue: 'queued',
    index: true,
    options: toOptions(CALL_STATUSES),
    admin: { components: { Cell: '/src/admin/call/cells/StatusCell/index.tsx#StatusCell' } },
  },
  {
    name: 'endedReason',
    label: 'How it ended',
    type: 'select',
    index: true,
    options: toOptions(ENDED_REASONS),
    admin: {
      description: 'Whose doing it was.',
      components: { Cell: '/src/admin/call/cells/EndedReasonCell/index.tsx#EndedReasonCell' },
    },
  },
  {
    name: 'durationSeconds',
    label: 'Duration',
    type: 'number',
    min: 0,
    admin: {
      description: 'In seconds, from the answer to the end.',
      components: { Cell: '/src/admin/call/cells/DurationCell/index.tsx#DurationCell' },
    },
  },
  { name: 'endedDetail', label: 'What happened', type: 'textarea' },
  {
    name: 'from',
    type: 'text',
    index: true,
    admin: { components: { Cell: '/src/admin/call/cells/NameCell/index.tsx#NameCell' } },
  },
  {
    name: 'to',
    type: 'text',
    index: true,
    admin: { components: { Cell: '/src/admin/call/cells/NameCell/index.tsx#NameCell' } },
  },
  {
    name: 'direction',
    type: 'select',
    required: true,
    defaultValue: 'inbound',
    options: toOptions(['inbound', 'outbound']),
  },
  {
    name: 'answeredBy',
    label: 'Answered by',
    type: 'select',
    options: toOptions(CALL_ANSWERERS),
    admin: { description: 'Of a call of ours that asked its carrier for it.' },
  },
  { name: 'transferredTo', label: 'Transferred to', type: 'text' },
  moment({ name: 'startedAt', label: 'Started', isIndexed: true }),
  moment({ name: 'answeredAt', label: 'Answered' }),
  moment({ name: 'endedAt', label: 'Ended' }),
]

function moment({ name, label, isIndexed = false }: { name: string; label: string; isIndexed?: boolean }): DateField {
  return {
    name,
    label,
    type: 'date',
    index: isIndexed,
    admin: {
      date: { pickerAppearance: 'dayAndTime' },
      components: { Cell: '/src/admin/call/cells/StartedCell/index.tsx#StartedCell' },
    },
  }
}
