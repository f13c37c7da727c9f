import { CAPABILITIES } from '../../provider-kit/index.ts'
import type { Capability } from '../../provider-kit/index.ts'
import type { ConformanceReport, Outcome } from '../conformance/create-report.ts'
import type { Section } from '../conformance/stage.ts'
import { LLM_FAULTS, STREAM_FAULTS } from '../conformance/stand.ts'
import { renderTable } from './render-table.ts'

type Proof = ConformanceReport & {
  name: string
  /** Versions of the official packages that drive the simulator, by their names. */
  versions: Readonly<Record<string, string>>
}

const PREFIX = 'says what went wrong: '
const isState = ({ section, check }: Outcome) => section === 'key' && /^[a-z-]+: /.test(check)
/** The key first, then what it opens. */
const ORDER: readonly Section[] = ['key', ...CAPABILITIES]
const sectionsOf = ({ outcomes }: ConformanceReport) =>
  ORDER.filter((section) => outcomes.some((one) => one.section === section))

const describeSource = ({ sdk, versions }: Proof, section: Section): string => {
  if (section === 'key') return 'recorded answers and simulator'
  const name = typeof sdk === 'string' ? sdk : sdk?.[section as Capability]
  return name ? `simulator, driven by \`${name}\` ${versions[name]}` : 'simulator from the documentation'
}

const countOf = (outcomes: readonly Outcome[], outcome: Outcome['outcome']) =>
  outcomes.filter((one) => one.outcome === outcome).length

/** Provider × capability × how it was checked, and what its stand could not play. */
function renderChecks(proofs: readonly Proof[]): string {
  const rows = proofs.flatMap((proof) =>
    sectionsOf(proof).map((section) => {
      const outcomes = proof.outcomes.filter((one) => one.section === section)
      const missing = outcomes.filter(({ outcome }) => outcome === 'not-played')
      return [
        proof.name,
        section,
        describeSource(proof, section),
        `${countOf(outcomes, 'passed')} of ${outcomes.length - missing.length}`,
        missing.map(({ check }) => check.replace(PREFIX, '')).join('; '),
      ]
    }),
  )
  const head = ['provider', 'capability', 'checked how', 'checks passed', 'not played']
  return ['## How each was checked', renderTable(head, rows)].join('\n\n')
}

function renderStates(proofs: readonly Proof[]): string {
  const statuses = ['valid', 'limited', 'out-of-credit', 'rejected', 'unreachable', 'unverified']
  const rows = proofs.map((proof) => [
    proof.name,
    ...statuses.map((status) => {
      const states = proof.outcomes.filter((one) => isState(one) && one.check.startsWith(`${status}: `))
      return states.length === 0 ? '' : String(states.length)
    }),
  ])
  return [
    '## States of a key',
    'How many recorded answers and simulated accounts lead to each verdict. Every other answer, silence and a redirect were tried on all of them.',
    renderTable(['provider', ...statuses], rows),
  ].join('\n\n')
}

function renderFaults(proofs: readonly Proof[]): string {
  const names = [...new Set<string>([...STREAM_FAULTS, ...LLM_FAULTS])]
  const rows = proofs.flatMap((proof) =>
    sectionsOf(proof).flatMap((section) => {
      const faults = proof.outcomes.filter((one) => one.section === section && one.check.startsWith(PREFIX))
      if (faults.length === 0) return []
      const of = (name: string) => faults.find(({ check }) => check === `${PREFIX}${name}`)?.outcome
      return [
        [proof.name, section, ...names.map((name) => (of(name) === 'passed' ? '✓' : of(name) === 'failed' ? '✗' : ''))],
      ]
    }),
  )
  return [
    '## Faults told apart',
    'Each was played, and became the error kind that it has to become.',
    renderTable(['provider', 'capability', ...names], rows),
  ].join('\n\n')
}

/** What the conformance run proved. */
export const renderProofs = (proofs: readonly Proof[]): string =>
  [renderChecks(proofs), renderStates(proofs), renderFaults(proofs)].join('\n\n')

export type { Proof }
