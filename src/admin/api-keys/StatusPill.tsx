import { Pill } from '@payloadcms/ui'
import type { StoredKeyStatus } from '../../vault/key-record.ts'
import { STATUS_WORDS } from './words.ts'

/** The state of a key in one or two words. */
export const StatusPill = ({ status }: { status: StoredKeyStatus | 'none' }) => {
  const { label, pill } = STATUS_WORDS[status]
  return (
    <Pill className={`key-status key-status--${status}`} pillStyle={pill} size="small">
      {label}
    </Pill>
  )
}
