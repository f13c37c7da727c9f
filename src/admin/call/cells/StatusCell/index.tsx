import type { DefaultServerCellComponentProps } from 'payload'
import { CallStatusPill } from '../../CallStatusPill/index.tsx'
import type { CallStatus } from '../../types.ts'
import { CellLink } from '../CellLink.tsx'

/** Where a call stands. */
export const StatusCell = ({ cellData, ...props }: DefaultServerCellComponentProps) => (
  <CellLink {...props}>
    <CallStatusPill status={cellData as CallStatus} />
  </CellLink>
)
