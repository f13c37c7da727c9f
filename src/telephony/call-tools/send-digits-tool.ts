import type { CallTool } from '../../calls/index.ts'
import type { CallActions } from '../call-actions.ts'

/** Presses keys for a menu of the other side. What was pressed may be a secret number: it is written down nowhere. */
export const createSendDigitsTool = ({ actions }: { actions: Pick<CallActions, 'sendDigits'> }): CallTool => ({
  name: 'send_digits',
  description:
    'Presses keys of the telephone, as a recorded menu of the other side asks for. Never use it to talk to a person.',
  parameters: {
    type: 'object',
    properties: {
      digits: {
        type: 'string',
        pattern: '^[0-9A-D*#]{1,32}$',
        description: 'The keys in their order: 0-9, A-D, * and #.',
      },
    },
    required: ['digits'],
    additionalProperties: false,
  },
  async run({ digits }) {
    try {
      await actions.sendDigits(String(digits))
      return 'The keys were pressed. Wait for what the other side says.'
    } catch {
      return { failed: 'The keys could not be pressed.' }
    }
  },
})
