import type { CommandContext, CommandResult } from '../command.ts'
import type { PageLine } from '../output/page.ts'
import { importKeys } from './import-keys.ts'
import { isDone } from './outcomes.ts'
import type { EntryReport, Outcome } from './outcomes.ts'
import type { PreparedImport } from './prepare-import.ts'
import { shredFile } from './shred-file.ts'

export type ImportReport = {
  command: 'import'
  ok: boolean
  dryRun: boolean
  /** Entries of the file. */
  total: number
  /** Entries that were not looked at, because it was stopped. */
  left: number
  counts: Partial<Record<Outcome, number>>
  entries: EntryReport[]
  /** Whether the file was overwritten and removed. */
  shredded: boolean
}

/** Imports, says what became of every entry, and removes the file where nothing of it is needed any more. */
export async function runImport(context: CommandContext & PreparedImport): Promise<CommandResult<ImportReport>> {
  const { source, isDryRun, shred, path } = context
  const entries = await importKeys(context)
  const total = source.entries.length + source.malformed.length
  const counts: ImportReport['counts'] = {}
  for (const { outcome } of entries) counts[outcome] = (counts[outcome] ?? 0) + 1
  const left = total - entries.length
  const isWhole = left === 0 && entries.every(({ outcome }) => isDone(outcome))
  const ok = left === 0 && entries.every(({ outcome }) => isDone(outcome) || outcome === 'kept')
  const shredded = shred && isWhole
  if (shredded) shredFile(path)
  const report: ImportReport = { command: 'import', ok, dryRun: isDryRun, total, left, counts, entries, shredded }
  return { isFine: ok, report, page: [...describeDone(report), ...describeRest(report), describeFile(report, context)] }
}

const many = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`

function describeDone({ counts, dryRun, total, left }: ImportReport): PageLine[] {
  const { imported = 0, replaced = 0, present = 0, repeated = 0 } = counts
  const would = dryRun ? ' would be' : ''
  const lines: PageLine[] = [
    {
      level: 'ok',
      title: dryRun ? 'Dry run' : 'Imported',
      text: `Of ${many(total, 'entry').replace('entrys', 'entries')} ${imported}${would} stored, ${replaced}${would} put in the place of another key.`,
      ...(imported + replaced > 0 && !dryRun
        ? { todo: 'Their owners see them as unverified until each is tested.' }
        : {}),
    },
  ]
  if (present + repeated > 0) {
    const parts = [
      ...(present > 0 ? [`${present} ${present === 1 ? 'is' : 'are'} stored already`] : []),
      ...(repeated > 0 ? [`${repeated} repeat${repeated === 1 ? 's' : ''} an earlier entry`] : []),
    ]
    lines.push({ level: 'ok', title: 'There already', text: `${parts.join(', ')}.` })
  }
  if (left > 0) {
    const text = `It was stopped before ${left} of them.`
    lines.push({
      level: 'problem',
      title: 'Stopped',
      text,
      todo: 'Run the same command again: what is stored is skipped.',
    })
  }
  return lines
}

type Group = { level: PageLine['level']; title: string; text: string; todo?: string }

const GROUPS: Partial<Record<Outcome, Group>> = {
  unreadable: {
    level: 'problem',
    title: 'Do not open',
    text: 'These are encrypted and do not open. They were not stored.',
    todo: 'Try the secret, salt or rounds that they were made with, or ask their owners to enter them.',
  },
  'not-a-key': {
    level: 'problem',
    title: 'No keys',
    text: 'These can be no keys of their providers. They were not stored.',
  },
  refused: { level: 'problem', title: 'Refused', text: 'Their providers do not accept these. They were not stored.' },
  duplicate: { level: 'problem', title: 'Duplicates', text: 'The first of each is the one that counts.' },
  kept: { level: 'warning', title: 'Kept', text: 'Here the present key stays.' },
  'unknown-tenant': { level: 'problem', title: 'No workspace', text: 'These name no workspace.' },
  'unknown-provider': { level: 'problem', title: 'No provider', text: 'These name no provider of this product.' },
  malformed: { level: 'problem', title: 'Malformed', text: 'These are no entries.' },
  failed: {
    level: 'problem',
    title: 'Not stored',
    text: 'These could not be stored.',
    todo: 'Run the same command again.',
  },
}

const describeRest = ({ entries }: ImportReport): PageLine[] =>
  (Object.entries(GROUPS) as [Outcome, Group][]).flatMap(([outcome, group]) => {
    const items = entries.filter((entry) => entry.outcome === outcome).map(describeEntry)
    return items.length > 0 ? [{ ...group, items }] : []
  })

function describeEntry({ position, tenant, provider, reason }: EntryReport): string {
  const names = [tenant, provider].filter((name) => name !== undefined)
  return `entry ${position}${names.length > 0 ? ` (${names.join(', ')})` : ''}${reason ? `: ${reason}` : ''}`
}

function describeFile({ shredded, dryRun }: ImportReport, { name, shred }: PreparedImport): PageLine {
  const title = 'The file'
  if (shredded)
    return { level: 'ok', title, text: `${name} was overwritten and removed. Copies and backups of it are not.` }
  const text = `${name} still holds these secrets.`
  if (dryRun) return { level: 'ok', title, text }
  if (shred) return { level: 'warning', title, text: `${text} It was not removed, because it is still needed.` }
  return {
    level: 'warning',
    title,
    text,
    todo: 'Once it is no longer needed, run the command again with --shred, or remove it.',
  }
}
