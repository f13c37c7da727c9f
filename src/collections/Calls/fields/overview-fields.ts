import type { Field } from 'payload'
import { ENDED_REASONS } from '../../../calls/ended-reason.ts'
import { CALL_STATUSES } from '../call-status.ts'
import { toOptions } from './to-options.ts'

/** What a person wants to see first: who, when, how long, and how it went. */
export const overviewFields: Field[] = [
  {
    type: 'row',
    fields: [
      {
        name: 'status',
        type: 'select',
        required: true,
        defaultValue: 'queued',
        index: true,
        options: toOptions(CALL_STATUSES),
        admin: { width: '33%' },
      },
      {
        name: 'endedReason',
        type: 'select',
        index: true,
        options: toOptions(ENDED_REASONS),
        admin: { width: '33%', description: 'Whose doing it was.' },
      },
      {
        name: 'durationSeconds',
        label: 'Duration (s)',
        type: 'number',
        min: 0,
        admin: { width: '33%', description: 'From the answer to the end.' },
      },
    ],
  },
  {
    name: 'endedDetail',
    label: 'What happened',
    type: 'textarea',
    admin: { condition: ({ endedDetail }) => Boolean(endedDetail) },
  },
  {
    type: 'row',
    fields: [
      { name: 'from', type: 'text', index: true, admin: { width: '33%' } },
      { name: 'to', type: 'text', index: true, admin: { width: '33%' } },
      {
        name: 'direction',
        type: 'select',
        required: true,
        defaultValue: 'inbound',
        options: toOptions(['inbound', 'outbound']),
        admin: { width: '33%' },
      },
    ],
  },
  {
    type: 'row',
    fields: [
      moment({ name: 'startedAt', label: 'Started', isIndexed: true }),
      moment({ name: 'answeredAt', label: 'Answered' }),
      moment({ name: 'endedAt', label: 'Ended' }),
    ],
  },
]

function moment({ name, label, isIndexed = false }: { name: string; label: string; isIndexed?: boolean }): Field {
  return {
    name,
    label,
    type: 'date',
    index: isIndexed,
    admin: { width: '33%', date: { pickerAppearance: 'dayAndTime', displayFormat: 'd MMM yyyy, HH:mm:ss' } },
  }
}
