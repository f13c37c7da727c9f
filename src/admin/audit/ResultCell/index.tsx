import { Pill } from '@payloadcms/ui'
import type { ComponentProps } from 'react'
import type { DefaultServerCellComponentProps } from 'payload'
import { CellLink } from '../../call/cells/CellLink.tsx'

const WORDS: Record<string, { label: string; pill: ComponentProps<typeof Pill>['pillStyle'] }> = {
  ok: { label: 'Done', pill: 'success' },
  refused: { label: 'Refused', pill: 'warning' },
  failed: { label: 'Failed', pill: 'error' },
}

/** How it went, in one word. */
export const ResultCell = ({ cellData, ...props }: DefaultServerCellComponentProps) => {
  const { label, pill } = WORDS[String(cellData)] ?? { label: String(cellData ?? ''), pill: 'light' }
  return (
    <CellLink {...props}>
      <Pill pillStyle={pill} size="small">
        {label}
      </Pill>
    </CellLink>
  )
}
