import { Pill } from '@payloadcms/ui'
import type { DefaultServerCellComponentProps } from 'payload'
import { CellLink } from '../../call/cells/CellLink.tsx'
import { severityWords } from '../words.ts'

/** How grave an alert is, in one word. */
export const SeverityCell = ({ cellData, ...props }: DefaultServerCellComponentProps) => {
  const { label, pill } = severityWords(cellData)
  return (
    <CellLink {...props}>
      <Pill pillStyle={pill} size="small">
        {label}
      </Pill>
    </CellLink>
  )
}
