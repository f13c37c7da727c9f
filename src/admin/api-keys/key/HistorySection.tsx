'use client'
import { Button } from '@payloadcms/ui'
import { useState } from 'react'
import { requestApi } from '../../data/request-api.ts'
import { LocalTime } from '../../elements/LocalTime.tsx'
import { countOf } from '../words.ts'
import type { ProviderInfo } from '../types.ts'
import { tellEvent } from './tell-event.ts'
import type { HistoryEntry, HistoryPage } from './types.ts'

type HistorySectionProps = { provider: ProviderInfo; tenant: string; first: HistoryPage }

/** Events on one page, as the server sends the first one. */
const LIMIT = 10

/** Who did what with the key, from the audit log. */
export const HistorySection = ({ provider, tenant, first }: HistorySectionProps) => {
  const [page, setPage] = useState(first)
  const [problem, setProblem] = useState<string>()
  const [isLoading, setLoading] = useState(false)

  const turnTo = async (number: number) => {
    setLoading(true)
    const path = `/user-api-keys/${provider.id}/history?page=${number}&limit=${LIMIT}`
    const result = await requestApi<HistoryPage>({ path, tenant })
    setLoading(false)
    setProblem(result.ok ? undefined : result.message)
    if (result.ok) setPage(result.data)
  }

  return (
    <section aria-busy={isLoading} aria-labelledby="key-history" className="key-section">
      <header className="key-section__header">
        <h2 id="key-history">History</h2>
        {page.totalDocs > 0 && <span>{countOf(page.totalDocs, 'event')}</span>}
      </header>
      {page.docs.length === 0 ? (
        <p className="key-section__empty">Nothing was done with it yet.</p>
      ) : (
        <ol className="key-history">
          {page.docs.map((entry) => (
            <Entry entry={entry} key={entry.id} />
          ))}
        </ol>
      )}
      {problem && <p className="key-section__problem">{problem}</p>}
      {page.totalPages > 1 && (
        <nav aria-label="Pages of the history" className="key-pages">
          <Button
            buttonStyle="secondary"
            disabled={isLoading || page.page <= 1}
            margin={false}
            onClick={() => void turnTo(page.page - 1)}
            size="small"
          >
            Newer
          </Button>
          <span>
            Page {page.page} of {page.totalPages}
          </span>
          <Button
            buttonStyle="secondary"
            disabled={isLoading || page.page >= page.totalPages}
            margin={false}
            onClick={() => void turnTo(page.page + 1)}
            size="small"
          >
            Older
          </Button>
        </nav>
      )}
    </section>
  )
}

const Entry = ({ entry }: { entry: HistoryEntry }) => {
  const { sentence, note } = tellEvent(entry)
  return (
    <li className={`key-event key-event--${entry.result}`} data-action={entry.action}>
      <span className="key-event__what">
        {sentence}
        {note && <small>{note}</small>}
      </span>
      <span className="key-event__who">{entry.actor.name}</span>
      <span className="key-event__when">
        <LocalTime value={entry.at} />
      </span>
    </li>
  )
}
