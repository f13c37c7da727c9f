import type { CallTool } from '../../calls/index.ts'
import type { CallActions } from '../call-actions.ts'

const USUALLY = 'When the caller has said goodbye, or has nothing more to ask.'

/** Hangs up, once the caller has heard the agent's goodbye. */
export const createEndCallTool = ({
  when = USUALLY,
  actions,
}: {
  when?: string
  actions: Pick<CallActions, 'endCall'>
}): CallTool => ({
  name: 'end_call',
  description: `Ends the call. Say goodbye in the same answer, before you use it. When to use it: ${when}`,
  parameters: { type: 'object', properties: {}, additionalProperties: false },
  timing: 'after-words',
  wordsFirst: 'Say goodbye now, in one short sentence. The call ends once the caller has heard it.',
  effect: 'ends-call',
  async run() {
    actions.endCall()
    return 'The call has ended.'
  },
})
