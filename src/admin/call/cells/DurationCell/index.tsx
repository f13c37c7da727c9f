import type { DefaultServerCellComponentProps } from 'payload'
import { toClock } from '../../format.ts'
import { CellLink } from '../CellLink.tsx'

/** How long a call lasted; a dash for one that nobody answered, or that still goes on. */
export const DurationCell = ({ cellData, ...props }: DefaultServerCellComponentProps) => (
  <CellLink {...props}>{typeof cellData === 'number' && cellData > 0 ? toClock(cellData) : '–'}</CellLink>
)
