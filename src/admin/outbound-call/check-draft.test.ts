import { describe, expect, it } from '@jest/globals'
import { checkDraft } from './check-draft.ts'
import type { CallDraft, CallFacts } from './types.ts'

const FACTS: CallFacts = {
  variables: [{ name: 'customer' }, { name: 'subject', default: 'a visit' }],
  numbers: [
    { number: '+14155550100', label: 'Front desk' },
    { number: '+14155550101', label: 'Sales' },
  ],
  carriersWithoutKey: [],
}
const DRAFT: CallDraft = {
  to: '+1 312 555 0142',
  from: '',
  variables: { customer: ' Bob ', subject: ' ', gone: 'of a variable that the agent has no more' },
  machineDetection: 'hang-up',
  voicemailMessage: 'typed, then given up',
}

describe('checkDraft', () => {
  it('should ask for the call that was meant', () => {
    expect(checkDraft({ draft: DRAFT, facts: FACTS })).toEqual({
      ok: true,
      request: {
        to: '+13125550142',
        from: '+14155550100',
        variables: { customer: 'Bob' },
        machineDetection: 'hang-up',
      },
    })
    const draft = { ...DRAFT, from: '+14155550101', machineDetection: 'leave-message' as const }
    expect(checkDraft({ draft, facts: FACTS })).toMatchObject({
      ok: true,
      request: { from: '+14155550101', voicemailMessage: 'typed, then given up' },
    })
  })

  it('should say what is missing, field by field', () => {
    const draft: CallDraft = {
      to: '555',
      from: '',
      variables: {},
      machineDetection: 'leave-message',
      voicemailMessage: ' ',
    }
    expect(checkDraft({ draft, facts: { ...FACTS, numbers: [] } })).toEqual({
      ok: false,
      problems: {
        to: expect.stringContaining('country code'),
        from: 'Choose a number to call from.',
        'variables.customer': 'Say what customer is in this call.',
        voicemailMessage: 'Say what is to be left.',
      },
    })
  })
})
