'use client'
import { Button } from '@payloadcms/ui'
import { useRouter } from 'next/navigation.js'
import { useState } from 'react'
import { API_KEYS_URL } from '../../paths.ts'
import { DeleteKey } from '../DeleteKey.tsx'
import { KeyForm } from '../KeyForm.tsx'
import { KeyNotices } from '../KeyNotices.tsx'
import { ProviderMark } from '../ProviderMark.tsx'
import { StatusPill } from '../StatusPill.tsx'
import { SunsetPill } from '../SunsetPill.tsx'
import { TestCosts } from '../TestCosts.tsx'
import { useKeyCard } from '../use-key-card.ts'
import { Verdict } from '../Verdict.tsx'
import { nameOf } from '../words.ts'
import type { KeyDoc, ProviderInfo } from '../types.ts'
import { ChangeExpiry } from './ChangeExpiry.tsx'
import { RollBack } from './RollBack.tsx'
import type { HistoryEntry } from './types.ts'

type KeyHeaderProps = {
  provider: ProviderInfo
  doc?: KeyDoc
  tenant: string
  canChange: boolean
  /** The latest events, to tell who replaced the key. */
  history: HistoryEntry[]
}

/** What key it is, how it is, and what can be done about it. */
export const KeyHeader = ({ provider, doc, tenant, canChange, history }: KeyHeaderProps) => {
  const router = useRouter()
  const [said, say] = useState('')
  // The rest of the page follows from the key too, so the server draws it afresh.
  const card = useKeyCard({ provider, doc, tenant, say, onChange: () => router.refresh() })
  const { actions, isEditing, lastCheck } = card
  const isBusy = actions.busy !== undefined
  return (
    <section
      aria-labelledby="key-heading"
      className="key-header"
      data-provider={provider.id}
      ref={card.ref}
      tabIndex={-1}
    >
      <p aria-live="polite" className="visually-hidden" data-announcer role="status">
        {said}
      </p>
      <header className="key-header__top">
        <ProviderMark name={provider.name} />
        <div className="key-header__title">
          <h1 id="key-heading">{provider.name}</h1>
          <p>
            {doc && (
              <>
                <code>{doc.masked}</code> ·{' '}
              </>
            )}
            {provider.kinds.map(nameOf).join(' · ')}
          </p>
        </div>
        <SunsetPill provider={provider} />
        <StatusPill status={doc?.status ?? 'none'} />
      </header>
      <p className="key-header__description">{provider.description}</p>
      <KeyNotices doc={doc} isOwnPage provider={provider} />
      {doc && <Verdict latencyMs={lastCheck?.latencyMs} providerName={provider.name} verdict={lastCheck ?? doc} />}
      {canChange && isEditing && (
        <KeyForm
          actions={actions}
          isReplacement={doc !== undefined}
          onCancel={card.close}
          onSaved={card.finish}
          onStale={card.reload}
          provider={provider}
          say={say}
        />
      )}
      {canChange && provider.isOff && doc && (
        <div className="key-actions">
          <DeleteKey
            actions={actions}
            onDeleted={() => router.push(`${API_KEYS_URL}#${provider.id}`)}
            provider={provider}
          />
        </div>
      )}
      {canChange && !provider.isOff && !isEditing && (
        <div className="key-actions">
          {doc && doc.status !== 'undecryptable' && (
            <Button disabled={isBusy} margin={false} onClick={() => void card.testStored()} size="medium">
              {actions.busy === 'test' ? 'Testing…' : 'Test now'}
            </Button>
          )}
          <Button
            buttonStyle={doc && doc.status !== 'undecryptable' ? 'secondary' : 'primary'}
            className="key-actions__edit"
            disabled={isBusy}
            margin={false}
            onClick={card.edit}
            size="medium"
          >
            {doc ? 'Replace' : 'Add key'}
          </Button>
          {doc?.former && (
            <RollBack
              actions={actions}
              doc={doc}
              history={history}
              onDone={card.finish}
              provider={provider}
              say={say}
            />
          )}
          {doc && <ChangeExpiry actions={actions} doc={doc} provider={provider} say={say} />}
          {doc && (
            <DeleteKey
              actions={actions}
              onDeleted={() => router.push(`${API_KEYS_URL}#${provider.id}`)}
              provider={provider}
            />
          )}
          {doc && <TestCosts provider={provider} />}
        </div>
      )}
    </section>
  )
}
