'use client'
import type { Need } from './need-of.ts'
import { needsAttention } from './needs-attention.ts'
import { KIND_ORDER, nameOf } from './words.ts'
import type { KeyDoc, ProviderInfo } from './types.ts'

export type KeyFilter = { kind?: string; needsAttention: boolean }

type Entry = { provider: ProviderInfo; doc?: KeyDoc; need: Need }

type FilterBarProps = { entries: Entry[]; filter: KeyFilter; onChange(filter: KeyFilter): void }

/** Chooses which cards are shown: by what a provider is for, and by whether somebody should look at it. */
export const FilterBar = ({ entries, filter, onChange }: FilterBarProps) => {
  const kinds = KIND_ORDER.filter((kind) => entries.some(({ provider }) => provider.kinds.includes(kind)))
  const attention = entries.filter(needsAttention).length
  const toggle = (kind: string | undefined) => onChange({ ...filter, kind })
  return (
    <fieldset aria-label="Which keys are shown" className="key-filter">
      <Choice isChosen={filter.kind === undefined} onClick={() => toggle(undefined)}>
        All
      </Choice>
      {kinds.map((kind) => (
        <Choice isChosen={filter.kind === kind} key={kind} onClick={() => toggle(kind)}>
          {nameOf(kind)}
        </Choice>
      ))}
      <Choice
        className="key-filter__attention"
        isChosen={filter.needsAttention}
        onClick={() => onChange({ ...filter, needsAttention: !filter.needsAttention })}
      >
        Needs attention <span className="key-filter__count">{attention}</span>
      </Choice>
    </fieldset>
  )
}

type ChoiceProps = { isChosen: boolean; onClick(): void; className?: string; children: React.ReactNode }

const Choice = ({ isChosen, onClick, className = '', children }: ChoiceProps) => (
  <button aria-pressed={isChosen} className={`key-filter__choice ${className}`} onClick={onClick} type="button">
    {children}
  </button>
)

/** Whether a card belongs to what was chosen. */
export const isShown = ({ provider, doc, need }: Entry, filter: KeyFilter): boolean =>
  (filter.kind === undefined || provider.kinds.some((kind) => kind === filter.kind)) &&
  (!filter.needsAttention || needsAttention({ provider, doc, need }))

export const hasNoFilter = ({ kind, needsAttention: isOn }: KeyFilter): boolean => kind === undefined && !isOn
