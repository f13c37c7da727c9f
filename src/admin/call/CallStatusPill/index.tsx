import { Pill } from '@payloadcms/ui'
import type { CallStatus } from '../types.ts'
import { STATUS_WORDS } from '../words.ts'
import './index.css'

/** Where a call stands, in one or two words; a call in progress shows that it is live. */
export const CallStatusPill = ({ status }: { status: CallStatus }) => {
  const { label, pill } = STATUS_WORDS[status]
  return (
    <Pill className={`call-status call-status--${status}`} pillStyle={pill} size="small">
      {label}
    </Pill>
  )
}
