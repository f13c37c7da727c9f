import type { DefaultServerCellComponentProps } from 'payload'
import type { EndedReason } from '../../types.ts'
import { REASON_WORDS } from '../../words.ts'
import { CellLink } from '../CellLink.tsx'

/** Why a call ended, in a few words; the whole sentence shows on hovering. */
export const EndedReasonCell = ({ cellData, ...props }: DefaultServerCellComponentProps) => {
  const words = cellData ? REASON_WORDS[cellData as EndedReason] : undefined
  return <CellLink {...props}>{words ? <span title={words.meaning}>{words.label}</span> : '–'}</CellLink>
}
