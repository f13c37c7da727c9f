import { Pill } from '@payloadcms/ui'
import type { DefaultServerCellComponentProps } from 'payload'
import { CellLink } from '../../call/cells/CellLink.tsx'
import { stateWords } from '../words.ts'

/** Where an alert stands, in one word. */
export const StateCell = (props: DefaultServerCellComponentProps) => {
  const { label, pill } = stateWords(props.rowData)
  return (
    <CellLink {...props}>
      <Pill pillStyle={pill} size="small">
        {label}
      </Pill>
    </CellLink>
  )
}
