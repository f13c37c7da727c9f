'use client'
import { useRowLabel } from '@payloadcms/ui'
import { formatVariable } from '../../../prompts/variables.ts'

/** Shows the name of one of the agent's own variables where its row is collapsed. */
export const VariableRowLabel = () => {
  const { data, rowNumber } = useRowLabel<{ name?: string; description?: string }>()
  if (!data?.name) return <span>Variable {(rowNumber ?? 0) + 1}</span>
  return (
    <span>{data.description ? `${formatVariable(data.name)} · ${data.description}` : formatVariable(data.name)}</span>
  )
}
