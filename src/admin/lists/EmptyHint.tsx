'use client'
import { useListQuery } from '@payloadcms/ui'
import './empty-hint.css'

/** What to do where a list is empty because nothing is there yet; a search that finds nothing keeps Payload's words. */
export const EmptyHint = ({ text }: { text: string }) => {
  const { data, query } = useListQuery()
  const isNarrowed = Boolean(query.search) || Object.keys(query.where ?? {}).length > 0
  return data?.totalDocs === 0 && !isNarrowed ? <p className="empty-hint">{text}</p> : null
}
