import type { DefaultServerCellComponentProps } from 'payload'
import { CellLink } from '../CellLink.tsx'

/** A name, or a dash where there is none: a refused call has no agent, a hidden caller no number. */
export const NameCell = ({ cellData, ...props }: DefaultServerCellComponentProps) => (
  <CellLink {...props}>{cellData ? String(cellData) : '–'}</CellLink>
)
