'use client'
import { useRowLabel } from '@payloadcms/ui'
import { toolNameOf } from '../../collections/Agents/tool-types.ts'
import type { ToolType } from '../../collections/Agents/tool-types.ts'

type Row = { type?: ToolType; destinations?: { name?: string }[] | null }

/** Says which tool it is where a row is collapsed, and to whom calls are handed. */
export const ToolRowLabel = () => {
  const { data, rowNumber } = useRowLabel<Row>()
  if (!data?.type) return <span>Tool {(rowNumber ?? 0) + 1}</span>
  const names = (data.destinations ?? []).flatMap(({ name }) => (name ? [name] : []))
  const isTransfer = data.type === 'transfer-call' && names.length > 0
  return <span>{isTransfer ? `${toolNameOf(data.type)} · ${names.join(', ')}` : toolNameOf(data.type)}</span>
}
