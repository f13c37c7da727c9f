'use client'
import { useState } from 'react'
import { AlertBanners } from '../alerts/AlertBanners.tsx'
import type { AlertDoc } from '../alerts/types.ts'
import { FilterBar, hasNoFilter, isShown } from './FilterBar.tsx'
import type { KeyFilter } from './FilterBar.tsx'
import { needOf } from './need-of.ts'
import { OffCard } from './OffCard.tsx'
import { ProviderCard } from './ProviderCard.tsx'
import { SetupProgress } from './SetupProgress.tsx'
import { sortProviders } from './sort-providers.ts'
import { useHighlight } from './use-highlight.ts'
import { useKeyState } from './use-key-state.ts'
import type { KeyDoc, ProviderInfo, ServiceState, Workplace } from './types.ts'

type ApiKeysProps = {
  tenant: string
  canChange: boolean
  providers: ProviderInfo[]
  workplace: Workplace
  initialKeys: KeyDoc[]
  initialServices: ServiceState[]
  initialAlerts: AlertDoc[]
}

const EVERYTHING: KeyFilter = { kind: undefined, needsAttention: false }

/** The cards of every provider, with what the keys are good for above them. */
export const ApiKeys = ({ tenant, canChange, providers: installed, workplace, ...initial }: ApiKeysProps) => {
  const { keys, services, alerts, takeOver, setAlerts } = useKeyState({ tenant, ...initial })
  const [filter, setFilter] = useState(EVERYTHING)
  const [said, say] = useState('')
  const highlighted = useHighlight({ onArrive: () => setFilter(EVERYTHING) })

  const providers = installed.filter(({ isOff }) => !isOff)
  const off = installed.filter(
    ({ isOff, kinds }) =>
      isOff && !filter.needsAttention && (!filter.kind || kinds.some((kind) => kind === filter.kind)),
  )
  const [withKey] = useState(() => new Set(initial.initialKeys.map(({ provider }) => provider)))
  const entries = sortProviders({ providers, withKey }).map((provider) => ({
    provider,
    doc: keys.find((key) => key.provider === provider.id),
    need: needOf({ provider, providers, keys, services, workplace }),
  }))
  const shown = entries.filter((entry) => isShown(entry, filter))
  return (
    <>
      <p aria-live="polite" className="visually-hidden" data-announcer role="status">
        {said}
      </p>
      <AlertBanners alerts={alerts} canAcknowledge={canChange} onChange={setAlerts} tenant={tenant} />
      <SetupProgress keys={keys} providers={providers} services={services} workplace={workplace} />
      {providers.length === 0 ? (
        <p className="api-keys__empty">No provider is installed. Whoever runs this server can add one.</p>
      ) : (
        <FilterBar entries={entries} filter={filter} onChange={setFilter} />
      )}
      <div className="provider-cards">
        {shown.map(({ provider, doc, need }) => (
          <ProviderCard
            canChange={canChange}
            doc={doc}
            isHighlighted={highlighted === provider.id}
            key={provider.id}
            need={need}
            onChange={(changed) => takeOver(provider.id, changed)}
            provider={provider}
            say={say}
            tenant={tenant}
          />
        ))}
        {off.map((provider) => (
          <OffCard
            doc={keys.find((key) => key.provider === provider.id)}
            isHighlighted={highlighted === provider.id}
            key={provider.id}
            provider={provider}
          />
        ))}
      </div>
      {shown.length + off.length === 0 && !hasNoFilter(filter) && (
        <p className="api-keys__empty">
          {filter.needsAttention ? 'No key needs attention here.' : 'No provider of this kind.'}{' '}
          <button className="link-button" onClick={() => setFilter(EVERYTHING)} type="button">
            Show all
          </button>
        </p>
      )}
    </>
  )
}
