'use client'
import { Link, Pill } from '@payloadcms/ui'
import { keyUrl } from '../paths.ts'
import { CardActions } from './CardActions.tsx'
import { KeyForm } from './KeyForm.tsx'
import { KeyNotices } from './KeyNotices.tsx'
import { KeySummary } from './KeySummary.tsx'
import { ProviderMark } from './ProviderMark.tsx'
import { StatusPill } from './StatusPill.tsx'
import { SunsetPill } from './SunsetPill.tsx'
import { useKeyCard } from './use-key-card.ts'
import { Verdict } from './Verdict.tsx'
import { nameOf } from './words.ts'
import type { Need } from './need-of.ts'
import type { KeyDoc, ProviderInfo } from './types.ts'
import './provider-card.css'

type ProviderCardProps = {
  provider: ProviderInfo
  doc?: KeyDoc
  need: Need
  tenant: string
  /** Whether the person tests and changes keys: owners do, editors only see how they are. */
  canChange: boolean
  isHighlighted: boolean
  onChange(doc: KeyDoc | undefined): void
  /** Says something to people who do not see the page. */
  say(sentence: string): void
}

/** One provider: what it is for, whether it is needed, how its key is, and what can be done about it. */
export const ProviderCard = ({ provider, doc, need, canChange, isHighlighted, ...rest }: ProviderCardProps) => {
  const card = useKeyCard({ provider, doc, ...rest })
  const { isEditing, lastCheck, ref } = card
  const heading = `provider-${provider.id}`
  const className = `provider-card ${isEditing ? 'provider-card--open' : ''} ${isHighlighted ? 'provider-card--highlighted' : ''}`
  return (
    <section
      aria-labelledby={heading}
      className={className}
      data-provider={provider.id}
      id={provider.id}
      ref={ref}
      tabIndex={-1}
    >
      <header className="provider-card__header">
        <ProviderMark name={provider.name} />
        <div className="provider-card__title">
          <h2 className="provider-card__name" id={heading}>
            {provider.name}
          </h2>
          <p className="provider-card__kinds">{provider.kinds.map(nameOf).join(' · ')}</p>
        </div>
        <SunsetPill provider={provider} />
        <StatusPill status={doc?.status ?? 'none'} />
      </header>
      <p className="provider-card__description">{provider.description}</p>
      <div className="provider-card__need">
        <Pill className={`key-need key-need--${need.level}`} pillStyle="light-gray" size="small">
          {need.label}
        </Pill>{' '}
        {need.text}
      </div>
      <KeyNotices doc={doc} provider={provider} />
      {doc && !isEditing && (
        <Verdict latencyMs={lastCheck?.latencyMs} providerName={provider.name} verdict={lastCheck ?? doc} />
      )}
      {doc && !isEditing && <KeySummary doc={doc} />}
      {canChange && isEditing && (
        <KeyForm
          actions={card.actions}
          isReplacement={doc !== undefined}
          onCancel={card.close}
          onSaved={card.finish}
          onStale={card.reload}
          provider={provider}
          say={rest.say}
        />
      )}
      {!isEditing && (
        <footer className="provider-card__footer">
          {canChange && <CardActions card={card} doc={doc} need={need} provider={provider} />}
          {doc && (
            <Link className="provider-card__more" href={keyUrl(provider.id)} prefetch={false}>
              Details
            </Link>
          )}
          {!doc && <ProviderLinks provider={provider} />}
        </footer>
      )}
    </section>
  )
}

const ProviderLinks = ({ provider: { name, keyUrl: url, docsUrl } }: { provider: ProviderInfo }) => (
  <span className="provider-card__links">
    <a aria-label={`Get a key at ${name}`} href={url} rel="noreferrer" target="_blank">
      Get a key <span aria-hidden="true">↗</span>
    </a>
    <a aria-label={`Documentation of ${name}`} href={docsUrl} rel="noreferrer" target="_blank">
      Documentation <span aria-hidden="true">↗</span>
    </a>
  </span>
)
