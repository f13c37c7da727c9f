import type { Field } from 'payload'
import { MEDIA } from '../../slugs.ts'
import { NOT_LISTED } from './not-listed.ts'

/** What was said, and how fast. Kept as JSON: it is read whole and never searched. */
export const conversationFields: Field[] = [
  { name: 'recording', type: 'relationship', relationTo: MEDIA, maxDepth: 1 },
  {
    name: 'transcript',
    type: 'json',
    admin: {
      ...NOT_LISTED,
      description:
        'Who said what and when, in milliseconds from the start; of an interrupted sentence, also what the caller heard.',
    },
  },
  {
    name: 'toolCalls',
    label: 'Tools used',
    type: 'json',
    admin: {
      ...NOT_LISTED,
      description:
        'Which tools the agent used, when, for how long and how it went, in milliseconds from the start of the call.',
    },
  },
  {
    name: 'turns',
    label: 'Response times',
    type: 'json',
    admin: {
      ...NOT_LISTED,
      description:
        'Milliseconds from the start of the call to the end of speech, the final transcript, the first token, the first audio and the first frame sent.',
    },
  },
]
