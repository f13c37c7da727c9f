'use client'
import { useFormFields } from '@payloadcms/ui'
import { useMemo } from 'react'
import type { PromptVariable } from '../../../prompts/variables.ts'
import { VARIABLE_NAME } from '../../../prompts/variables.ts'

const NAME_PATH = /^variables\.\d+\.name$/

/** The agent's own variables as they stand in the form. */
export function useOwnVariables(): PromptVariable[] {
  // One text for all, so that only a change of the variables renders again.
  const serialised = useFormFields(([fields]) => {
    const paths = Object.keys(fields ?? {}).filter((path) => NAME_PATH.test(path))
    return JSON.stringify(
      paths.map((path) => ({
        name: String(fields[path]?.value ?? ''),
        description: String(fields[path.replace(/name$/, 'description')]?.value ?? ''),
      })),
    )
  })
  return useMemo(() => {
    const variables = JSON.parse(serialised) as PromptVariable[]
    return variables.filter(({ name }) => VARIABLE_NAME.test(name))
  }, [serialised])
}
