/** One of the agent's own variables, as its published version has it. */
export type CallVariable = { name: string; default?: string; description?: string }

/** A number that can be called from, with what a person is told of it. */
export type CallingNumber = { number: string; label: string }

/** What the dialog must know of the agent and its workspace. */
export type CallFacts = {
  variables: CallVariable[]
  /** In the order in which they are offered: the first is taken where nobody chooses. */
  numbers: CallingNumber[]
  /** Names of the carriers whose numbers cannot be called from, because their key is missing or does not work. */
  carriersWithoutKey: string[]
}

/** What to do when a machine answers, as `/calls/outbound` takes it. */
export type MachineDetection = 'hang-up' | 'leave-message' | 'off'

/** What is typed and chosen in the dialog. */
export type CallDraft = {
  to: string
  /** Empty: the first number. */
  from: string
  variables: Record<string, string>
  machineDetection: MachineDetection
  voicemailMessage: string
}

/** The call that was placed, as `/calls/outbound` answers. */
export type PlacedCall = { id: string | number; to: string }
