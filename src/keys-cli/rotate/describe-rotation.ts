import type { RotationFailure, RotationReport } from '../../vault/index.ts'
import type { PageLine } from '../output/page.ts'

type DescribeOptions = { report: RotationReport; dropRetired: boolean }

/** The page of a rotation: what was moved, what was left, who is behind, and what comes next. */
export function describeRotation({ report, dropRetired }: DescribeOptions): PageLine[] {
  return [
    describeMoved(report),
    ...describeFailures(report),
    ...describeStragglers(report),
    ...describeRetired({ report, dropRetired }),
  ]
}

const many = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`

function describeMoved({ state, target, total, rewrapped, already, place }: RotationReport): PageLine {
  const key = target === undefined ? `a new key, to be made in ${place}` : `the key ${target}`
  if (state === 'dry-run') {
    const text = `${rewrapped} of ${many(total, 'row')} would be moved to ${key}; ${already} are there already.`
    return { level: 'ok', title: 'Dry run', text: `${text} Nothing was changed.` }
  }
  if (rewrapped === 0 && state === 'finished' && already === total && place === undefined) {
    return {
      level: 'ok',
      title: 'Nothing to move',
      text: `All ${many(total, 'row')} lie under ${key}.`,
      todo: 'To change the key: name the present one in ENCRYPTION_KEYS_RETIRED, set a new ENCRYPTION_KEY, restart, and run this again.',
    }
  }
  const text = `${rewrapped} of ${many(total, 'row')} were moved to ${key}; ${already} were there already.`
  if (state === 'finished') return { level: 'ok', title: 'Finished', text }
  return {
    level: 'problem',
    title: 'Not finished',
    text: `${text} Servers still write under a former key.`,
    todo: 'Restart them with the new key, and run the same command again.',
  }
}

const REASONS: Record<RotationFailure['reason'], string> = {
  'encryption-key-missing': 'needs a key that was not given',
  changed: 'was changed and does not open',
}

function describeFailures({ failures }: RotationReport): PageLine[] {
  if (failures.length === 0) return []
  const isOneRow = failures.length === 1
  return [
    {
      level: 'problem',
      title: 'Left as they are',
      text: `${many(failures.length, 'row')} ${isOneRow ? 'does' : 'do'} not open and ${isOneRow ? 'was' : 'were'} not touched.`,
      items: failures.map(({ collection, tenant, dataKey, reason, wrappedBy }) => {
        const row = [collection, tenant && `workspace ${tenant}`, dataKey && `data key ${dataKey}`]
          .filter(Boolean)
          .join(', ')
        return `${row}: ${REASONS[reason]}${wrappedBy ? ` (${wrappedBy})` : ''}`
      }),
      todo: 'Give the missing key in ENCRYPTION_KEYS_RETIRED, or see "verify" for what was lost.',
    },
  ]
}

function describeStragglers({ state, stragglers, target }: RotationReport): PageLine[] {
  if (stragglers.length === 0) return []
  return [
    {
      level: state === 'dry-run' ? 'warning' : 'problem',
      title: 'Stragglers',
      text: `${many(stragglers.length, 'server')} ${stragglers.length === 1 ? 'does' : 'do'} not write under the new key yet.`,
      items: stragglers.map(
        ({ name, writesUnder, reads }) =>
          `${name} writes under ${writesUnder}, ${target !== undefined && reads.includes(target) ? 'can' : 'cannot'} read the new key`,
      ),
      todo: 'Restart them with the new ENCRYPTION_KEY, the former one in ENCRYPTION_KEYS_RETIRED.',
    },
  ]
}

function describeRetired({ report, dropRetired }: DescribeOptions): PageLine[] {
  const { retired, dropped, place, state } = report
  const lines: PageLine[] = []
  if (dropped.length > 0) {
    lines.push({
      level: 'ok',
      title: 'Dropped',
      text: `${place} no longer holds ${dropped.join(', ')}. Backups from before this rotation need what it held.`,
    })
  }
  for (const { keyId, neededBy } of retired) {
    if (neededBy > 0) {
      const level = state === 'dry-run' ? 'ok' : 'warning'
      lines.push({ level, title: 'Former key', text: `${keyId} is needed by ${many(neededBy, 'row')}: keep it.` })
      continue
    }
    const how =
      place && !dropRetired
        ? 'rotate --drop-retired takes it out'
        : 'take it out of ENCRYPTION_KEYS_RETIRED, or the file of keys'
    lines.push({
      level: 'ok',
      title: 'Former key',
      text: `${keyId} is needed by nothing in the database any more, only by backups from before the rotation.`,
      todo: `Once those are gone, ${how}.`,
    })
  }
  return lines
}
