'use client'
import { LabelledField } from './LabelledField.tsx'
import type { CallDraft, MachineDetection } from './types.ts'

type MachineFieldProps = {
  draft: CallDraft
  error?: string
  isDisabled: boolean
  onChange(part: Partial<CallDraft>): void
}

const CHOICES: readonly { value: MachineDetection; label: string; description: string }[] = [
  {
    value: 'hang-up',
    label: 'Hang up',
    description: 'The agent greets whoever picks up, and hangs up when the carrier says that it is a machine.',
  },
  {
    value: 'leave-message',
    label: 'Leave a message',
    description: 'The agent falls silent, waits for the beep and leaves the message.',
  },
  {
    value: 'off',
    label: 'Talk on',
    description: 'Nobody asks the carrier who answered: the agent talks to a machine as to a person.',
  },
]

/** What becomes of a call that a machine answers. */
export const MachineField = ({ draft, error, isDisabled, onChange }: MachineFieldProps) => {
  const { machineDetection, voicemailMessage } = draft
  const { description } = CHOICES.find(({ value }) => value === machineDetection) ?? {}
  return (
    <>
      <LabelledField description={description} kind="select" label="When a machine answers">
        {(props) => (
          <select
            {...props}
            disabled={isDisabled}
            name="machineDetection"
            onChange={({ target }) => onChange({ machineDetection: target.value as MachineDetection })}
            value={machineDetection}
          >
            {CHOICES.map(({ value, label }) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </select>
        )}
      </LabelledField>
      {machineDetection === 'leave-message' && (
        <LabelledField error={error} kind="textarea" label="Message" required>
          {(props) => (
            <textarea
              {...props}
              disabled={isDisabled}
              maxLength={1_000}
              name="voicemailMessage"
              onChange={({ target }) => onChange({ voicemailMessage: target.value })}
              placeholder="Hello, this is the restaurant. Please call us back."
              required
              rows={3}
              value={voicemailMessage}
            />
          )}
        </LabelledField>
      )}
    </>
  )
}
