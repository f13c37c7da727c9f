import { createHash } from 'node:crypto'
import { AUDIT_START } from '../vault/index.ts'
import type { AUDIT_ACTIONS } from './audit-actions.ts'
import type { AuditProblem, AuditProblemKind } from './audit-problem.ts'
import { hashOf, toPlacedEvent } from './audit-row.ts'
import type { AuditRow } from './audit-row.ts'
import type { AuditHead } from './audit-rows.ts'
import { canonicalJson } from './canonical-json.ts'

/** A row with what its seal says; `row` is missing where the database holds something that cannot be read. */
export type ReadRow = { sequence: number; row?: AuditRow; isSealed: boolean }

type Finding = Omit<AuditProblem, 'tenant'>

/** How far from its place the origin of a moved event is looked for, in events. */
const REACH = 2_000
/** A log that was changed throughout says the same of each event. */
const MAX_FINDINGS = 1_000
const NOTICE = 'log.broken' satisfies keyof typeof AUDIT_ACTIONS

/**
 * Judges a tenant's log, row by row in the order of their numbers.
 * @param options.head as it was before the first row was read, if its seal is good
 */
export function createJudge({ head }: { head: AuditHead | undefined }) {
  const findings: Finding[] = []
  let last: { sequence: number; hash: string; isGood: boolean } = { ...AUDIT_START, isGood: true }
  /** A row without a good seal, until the next one tells whether it was put in between. */
  let doubtful: { finding: Finding; hashBefore: string } | undefined
  let hashAtHead: string | undefined = AUDIT_START.hash

  const report = (finding: Finding): Finding => {
    if (findings.length < MAX_FINDINGS) findings.push(finding)
    return finding
  }

  const judge = ({ sequence, row, isSealed }: ReadRow, isBehindGap: boolean): boolean => {
    if (!row || (!isSealed && sequence <= (head?.sequence ?? Number.POSITIVE_INFINITY))) {
      const finding = report({ sequence, kind: 'edited', message: `Event ${sequence} was changed.` })
      doubtful = { finding, hashBefore: last.hash }
      return false
    }
    if (!isSealed) {
      report({ sequence, kind: 'inserted', message: `Event ${sequence} was not written by this server.` })
      return false
    }
    if (hashOf(toPlacedEvent(row)) !== row.hash) {
      const origin = findings.length < MAX_FINDINGS ? findOrigin(row) : undefined
      if (origin === undefined) report({ sequence, kind: 'edited', message: `Event ${sequence} was changed.` })
      else report({ sequence, kind: 'reordered', message: `Event ${sequence} is event ${origin}, moved.` })
      return false
    }
    if (!isBehindGap && last.isGood && row.previousHash !== last.hash) {
      const message = `Event ${sequence} does not follow event ${last.sequence}: it is of another course of this log.`
      report({ sequence, kind: 'inserted', message })
      return false
    }
    if (row.action === NOTICE) report(toFinding(row))
    return true
  }

  return {
    findings,
    take(read: ReadRow): void {
      const { sequence, row } = read
      if (!Number.isSafeInteger(sequence) || sequence <= last.sequence) {
        const message = `There is a second event ${sequence}, or one that has no whole number.`
        report({ sequence, kind: 'inserted', message })
        return
      }
      if (doubtful && row && read.isSealed && row.previousHash === doubtful.hashBefore) {
        doubtful.finding.kind = 'inserted'
        doubtful.finding.message = `Event ${doubtful.finding.sequence} was not written by this server.`
      }
      doubtful = undefined
      const isBehindGap = sequence > last.sequence + 1
      if (isBehindGap) report(toGap('deleted', last.sequence + 1, sequence - 1))
      const isGood = judge(read, isBehindGap)
      last = { sequence, hash: row?.hash ?? '', isGood }
      if (sequence === head?.sequence) hashAtHead = isGood ? row?.hash : undefined
      else if (head && sequence > head.sequence && last.sequence < head.sequence) hashAtHead = undefined
    },
    /** Compares the last row with the head. */
    end(): void {
      if (!head) return
      if (last.sequence < head.sequence) report(toGap('truncated', last.sequence + 1, head.sequence))
      else if (head.sequence > 0 && hashAtHead !== undefined && hashAtHead !== head.hash) {
        const message = `The head of the log does not belong to event ${head.sequence}: one of them is of another course of this log.`
        report({ sequence: head.sequence, kind: 'forged-head', message })
      }
    },
    lastSequence: () => last.sequence,
  }
}

const toGap = (kind: 'deleted' | 'truncated', from: number, through: number): Finding => ({
  sequence: from,
  ...(through > from ? { through } : {}),
  kind,
  message:
    through > from
      ? `Events ${from} to ${through} are gone${kind === 'truncated' ? ' from the end' : ''}.`
      : `Event ${from} is gone${kind === 'truncated' ? ' from the end' : ''}.`,
})

/** The server itself found a head missing or forged, and went on. */
function toFinding({ sequence, at, details }: AuditRow): Finding {
  const { problem } = (details ?? {}) as { problem?: AuditProblemKind }
  const kind = problem === 'forged-head' ? 'forged-head' : 'missing-head'
  const what = kind === 'forged-head' ? 'was not the one it had written' : 'was gone'
  return {
    sequence,
    kind,
    message: `The server found at ${at} that the head of this log ${what}, and began a new one.`,
  }
}

/** The number with which a row's own hash is right again. */
function findOrigin(row: AuditRow): number | undefined {
  const text = canonicalJson({ ...toPlacedEvent(row), sequence: 0 })
  const mark = '"sequence":0,"subjectCollection":'
  const place = text.lastIndexOf(mark)
  const before = text.slice(0, place + '"sequence":'.length)
  const after = text.slice(place + '"sequence":0'.length)
  const fits = (sequence: number) =>
    sequence > 0 && createHash('sha256').update(`${before}${sequence}${after}`, 'utf8').digest('hex') === row.hash
  for (let distance = 1; distance <= REACH; distance += 1) {
    if (fits(row.sequence - distance)) return row.sequence - distance
    if (fits(row.sequence + distance)) return row.sequence + distance
  }
  return undefined
}
