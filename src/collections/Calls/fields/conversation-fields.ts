import type { Field } from 'payload'
import { MEDIA } from '../../slugs.ts'

/** What was said, and how fast. Kept as JSON: it is read whole and never searched. */
export const conversationFields: Field[] = [
  {
    name: 'recording',
    type: 'relationship',
    relationTo: MEDIA,
    maxDepth: 1,
    admin: { condition: ({ recording }) => Boolean(recording) },
  },
  {
    name: 'transcript',
    type: 'json',
    admin: {
      description:
        'Who said what and when, in milliseconds from the start; of an interrupted sentence, also what the caller heard.',
    },
  },
  {
    type: 'collapsible',
    label: 'Speed of each turn',
    admin: { initCollapsed: true },
    fields: [
      {
        name: 'turns',
        label: 'Turns',
        type: 'json',
        admin: {
          description:
            'Milliseconds from the end of speech to the final transcript, the first token, the first audio and the first frame sent.',
        },
      },
    ],
  },
]
