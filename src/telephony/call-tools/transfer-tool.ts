import type { CallTool, TransferDestination } from '../../calls/index.ts'
import type { CallActions } from '../call-actions.ts'

/** What the model calls it. */
export const TRANSFER_TOOL = 'transfer_call'

/** Longer than any carrier lets a number ring: whether it was reached is the carrier's to say. */
const LONGEST_TRANSFER_MS = 120_000

const toLine = ({ name, when }: TransferDestination): string => (when ? `- ${name}: ${when}` : `- ${name}`)

/** Hands the caller to one of the destinations that the agent's owner wrote down, and to no other number. */
export function createTransferTool({
  destinations,
  actions,
}: {
  destinations: readonly TransferDestination[]
  actions: Pick<CallActions, 'transfer'>
}): CallTool {
  const find = ({ destination }: Readonly<Record<string, unknown>>) =>
    destinations.find(({ name }) => name === destination)
  return {
    name: TRANSFER_TOOL,
    description: [
      'Hands the caller to another number, with which your part is over.',
      'Tell the caller in the same answer to whom you connect them, before you use it. Destinations:',
      ...destinations.map(toLine),
    ].join('\n'),
    parameters: {
      type: 'object',
      properties: {
        destination: {
          type: 'string',
          enum: destinations.map(({ name }) => name),
          description: 'Its name, as listed.',
        },
      },
      required: ['destination'],
      additionalProperties: false,
    },
    timing: 'after-words',
    wordsFirst: 'Tell the caller now, in one short sentence, to whom you connect them. The transfer then begins.',
    effect: 'ends-turn',
    deadlineMs: LONGEST_TRANSFER_MS,
    describe(args) {
      const found = find(args)
      return found && `${found.name}, ${found.number}`
    },
    async run(args) {
      const found = find(args)
      if (!found) return { failed: 'There is no such destination.' }
      try {
        await actions.transfer(found.number)
        return `The caller was connected to ${found.name}.`
      } catch (error) {
        return { failed: error instanceof Error ? error.message : 'The transfer failed.' }
      }
    },
  }
}
