import type { DefaultServerCellComponentProps } from 'payload'
import { CellLink } from '../../call/cells/CellLink.tsx'

type Option = string | { label: unknown; value: string }

/** What was done, in people's words; one that the list does not know by its name. */
export const ActionCell = ({ cellData, ...props }: DefaultServerCellComponentProps) => {
  const options = 'options' in props.field ? (props.field.options as Option[]) : []
  const option = options.find((one) => typeof one === 'object' && one.value === cellData)
  const label = typeof option === 'object' && typeof option.label === 'string' ? option.label : String(cellData ?? '')
  return (
    <CellLink {...props}>
      <span title={String(cellData)}>{label}</span>
    </CellLink>
  )
}
