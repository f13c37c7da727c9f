import { Link, Pill } from '@payloadcms/ui'
import { keyUrl } from '../paths.ts'
import { ProviderMark } from './ProviderMark.tsx'
import { sunsetOf } from './sunset.ts'
import type { KeyDoc, ProviderInfo } from './types.ts'
import { nameOf } from './words.ts'
import './provider-card.css'

type OffCardProps = { provider: ProviderInfo; doc?: KeyDoc; isHighlighted: boolean }

/** A provider that is not offered here: why, and nothing to fill in. A key that was left can be seen and deleted. */
export const OffCard = ({ provider, doc, isHighlighted }: OffCardProps) => {
  const heading = `provider-${provider.id}`
  const sunset = sunsetOf(provider)
  return (
    <section
      aria-labelledby={heading}
      className={`provider-card provider-card--off ${isHighlighted ? 'provider-card--highlighted' : ''}`}
      data-provider={provider.id}
      id={provider.id}
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
        <Pill className="key-status key-status--off" pillStyle="light" size="small">
          {sunset?.label ?? 'Not offered'}
        </Pill>
      </header>
      <p className="provider-card__description">
        {sunset?.message ?? 'Whoever runs this server does not offer this provider.'}
      </p>
      {doc && (
        <footer className="provider-card__footer">
          <span>A key of it is still stored.</span>
          <Link className="provider-card__more" href={keyUrl(provider.id)} prefetch={false}>
            Details
          </Link>
        </footer>
      )}
    </section>
  )
}
