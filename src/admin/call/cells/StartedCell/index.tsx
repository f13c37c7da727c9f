import type { DefaultServerCellComponentProps } from 'payload'
import { LocalTime } from '../../../elements/LocalTime.tsx'
import { CellLink } from '../CellLink.tsx'

/** When a call began, in the reader's time zone. */
export const StartedCell = ({ cellData, ...props }: DefaultServerCellComponentProps) => (
  <CellLink {...props}>{cellData ? <LocalTime value={new Date(cellData).toISOString()} /> : 'Not yet'}</CellLink>
)
