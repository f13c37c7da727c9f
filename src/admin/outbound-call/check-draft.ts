import { toE164 } from './to-e164.ts'
import type { CallDraft, CallFacts } from './types.ts'

/** What `/calls/outbound` is asked for. */
export type CallRequest = {
  to: string
  from: string
  variables: Record<string, string>
  machineDetection: CallDraft['machineDetection']
  voicemailMessage?: string
}

/** What is wrong with a draft, each as a sentence, by the name of the field: those of variables are `variables.<name>`. */
export type DraftProblems = Record<string, string>

export type CheckedDraft = { ok: true; request: CallRequest } | { ok: false; problems: DraftProblems }

/** Whether a call can be asked for with what was typed, and how. Variables that are left empty keep their default. */
export function checkDraft({ draft, facts }: { draft: CallDraft; facts: CallFacts }): CheckedDraft {
  const { machineDetection } = draft
  const to = toE164(draft.to)
  const from = draft.from || facts.numbers[0]?.number
  const voicemailMessage = draft.voicemailMessage.trim()
  const values = facts.variables.map(({ name }) => [name, draft.variables[name]?.trim() ?? ''] as const)
  const given = new Map(values.filter(([, value]) => value !== ''))
  const missing = facts.variables.filter((variable) => !variable.default && !given.has(variable.name))

  const problems: DraftProblems = {
    ...(to === undefined && { to: 'Write the number with plus and country code, for example +15551234567.' }),
    ...(from === undefined && { from: 'Choose a number to call from.' }),
    ...Object.fromEntries(missing.map(({ name }) => [`variables.${name}`, `Say what ${name} is in this call.`])),
    ...(machineDetection === 'leave-message' && !voicemailMessage && { voicemailMessage: 'Say what is to be left.' }),
  }
  if (to === undefined || from === undefined || Object.keys(problems).length > 0) return { ok: false, problems }
  return {
    ok: true,
    request: {
      to,
      from,
      variables: Object.fromEntries(given),
      machineDetection,
      ...(machineDetection === 'leave-message' && { voicemailMessage }),
    },
  }
}
