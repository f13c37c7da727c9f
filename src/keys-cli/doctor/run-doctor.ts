import { createReadStream } from 'node:fs'
import path from 'node:path'
import type { Readable } from 'node:stream'
import { verifyAuditLog } from '../../audit/index.ts'
import { secretValuesOf } from '../../collections/ProviderKeys/secret-fields.ts'
import { compositionOf } from '../../composition.ts'
import { isVaultError } from '../../vault/index.ts'
import type { CommandContext, CommandResult } from '../command.ts'
import { CommandError } from '../command-error.ts'
import type { PageLine } from '../output/page.ts'
import { findLeaksInDatabase, findLeaksInLog } from '../scan/find-leaks.ts'
import { createKnownValues } from '../scan/known-values.ts'
import type { KnownValues } from '../scan/known-values.ts'
import { describeAuditLog } from '../verify/describe-audit-log.ts'
import { describeExamination } from '../verify/describe-findings.ts'
import { examineVault } from '../verify/examine-vault.ts'
import { checkEncryptionKey } from './check-encryption-key.ts'
import { checkFiles } from './check-files.ts'
import { checkRotation } from './check-rotation.ts'
import { checkVariables } from './check-variables.ts'
import { describeLeaks } from './describe-leaks.ts'
import { createKeyCensus } from './key-census.ts'

/** One line of the page as programs read it. */
export type DoctorReport = { command: 'doctor'; ok: boolean; checks: PageLine[] }

export type DoctorOptions = {
  /** The process's variables. */
  env: Readonly<Record<string, string | undefined>>
  /** Where `data/` and the env files lie. */
  dataDirectory: string
  /** Log files to read; `-` is standard input. */
  logs: readonly string[]
  /** What relative paths of logs are taken from. */
  directory: string
  stdin: Readable
}

/** Looks at everything, changes nothing, and says of each thing how it is and what to do. */
export async function runDoctor(context: CommandContext & DoctorOptions): Promise<CommandResult<DoctorReport>> {
  const { payload, environment, env, dataDirectory, logs } = context
  const { registry } = compositionOf(payload)
  const checks: PageLine[] = [
    ...(await checkEncryptionKey({ payload, environment, env })),
    ...checkFiles({ environment, dataDirectory }),
    ...(await checkRotation(payload)),
  ]
  const known = createKnownValues()
  const census = createKeyCensus()
  const vault = await examineVault({
    ...context,
    onRecord: (record) => census.count(record),
    onOpened({ tenant, provider, credential }, credentials) {
      const secrets = registry.has(provider)
        ? secretValuesOf(registry.get(provider), credentials)
        : Object.values(credentials)
      known.note(`the ${provider} key of workspace ${tenant}, ${credential}`, secrets)
    },
  })
  checks.push(...describeExamination(vault), ...census.describe(), await checkAuditLog(context))
  checks.push(checkVariables({ environment, registry, env }), ...(await scanDatabase(context, known)))
  for (const log of logs) checks.push(...(await scanLog(context, known, log)))
  const ok = checks.every(({ level }) => level !== 'problem')
  return { isFine: ok, report: { command: 'doctor', ok, checks }, page: checks }
}

async function checkAuditLog({ payload, progress }: CommandContext): Promise<PageLine> {
  progress.update({ label: 'Checking the audit log', done: 0, total: 0 })
  try {
    return describeAuditLog(await verifyAuditLog({ payload }))
  } catch (error) {
    if (!isVaultError(error)) throw error
    return { level: 'problem', title: 'Audit log', text: 'It cannot be checked without the encryption key.' }
  }
}

async function scanDatabase({ payload, progress, signal }: CommandContext, known: KnownValues): Promise<PageLine[]> {
  const label = 'Looking for keys in plain text'
  const onRead = (read: number) => progress.update({ label: `${label}: ${read}`, done: 0, total: 0 })
  progress.update({ label, done: 0, total: 0 })
  return describeLeaks({
    leaks: await findLeaksInDatabase({ payload, known, signal, onRead }),
    title: 'Plain text',
    what: 'texts of the database',
    todo: {
      known: 'Take them out there, and let the owners replace these keys at the provider.',
      shapes: 'Look whether they are keys; then take them out, and let the owners replace them.',
    },
  })
}

async function scanLog(context: CommandContext & DoctorOptions, known: KnownValues, log: string): Promise<PageLine[]> {
  const { directory, stdin, signal, progress } = context
  const isStdin = log === '-'
  const chunks: AsyncIterable<Buffer | string> = isStdin ? stdin : createReadStream(path.resolve(directory, log))
  progress.update({ label: `Reading ${isStdin ? 'standard input' : log}`, done: 0, total: 0 })
  try {
    return describeLeaks({
      leaks: await findLeaksInLog({ name: isStdin ? 'stdin' : log, chunks, known, signal }),
      title: 'Log',
      what: 'lines',
      todo: {
        known: 'Remove these logs wherever they were sent to, and let the owners replace these keys.',
        shapes: 'Look whether they are keys; then remove the logs, and let the owners replace them.',
      },
    })
  } catch (error) {
    const { code } = error as { code?: string }
    if (signal.aborted || code === undefined) throw error
    throw new CommandError(`${log} cannot be read (${code}).`)
  }
}
