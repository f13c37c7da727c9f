'use client'
import { Button, useConfig, useListQuery } from '@payloadcms/ui'
import { useTenantSelection } from '@payloadcms/plugin-multi-tenant/client'
import { toExportQuery } from '../to-export-query.ts'
import './index.css'

/** Saves what the list shows, or all of it, as a file. */
export const ExportBar = () => {
  const { config } = useConfig()
  const { data, query } = useListQuery()
  const { options, selectedTenantID } = useTenantSelection()
  if (!data?.totalDocs) return null
  if (options.length > 1 && !selectedTenantID)
    return <p className="audit-export">Choose a workspace above to export its log.</p>
  const urlOf = (format: 'csv' | 'jsonl') =>
    `${config.routes.api}/audit-log/export?${toExportQuery({ format, where: query.where })}`
  return (
    <div className="audit-export">
      <Button buttonStyle="secondary" el="anchor" margin={false} size="small" url={urlOf('csv')}>
        Export as CSV
      </Button>
      <Button
        buttonStyle="secondary"
        el="anchor"
        margin={false}
        size="small"
        tooltip="With the hashes that prove it"
        url={urlOf('jsonl')}
      >
        Export as JSON lines
      </Button>
    </div>
  )
}
