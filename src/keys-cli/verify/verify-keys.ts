import { verifyAuditLog } from '../../audit/index.ts'
import type { AuditVerdict } from '../../audit/index.ts'
import type { CommandContext, CommandResult } from '../command.ts'
import { describeExamination } from './describe-findings.ts'
import { describeAuditLog } from './describe-audit-log.ts'
import { examineVault } from './examine-vault.ts'
import type { VaultExamination } from './examine-vault.ts'

export type VerifyReport = { command: 'verify'; ok: boolean; vault: VaultExamination; audit: AuditVerdict }

/**
 * Opens every stored key and every data key, and checks the audit log.
 * @param options.mark sets keys that do not open to `undecryptable`; without it nothing is changed
 */
export async function verifyKeys(context: CommandContext & { mark: boolean }): Promise<CommandResult<VerifyReport>> {
  const { payload, progress } = context
  const vault = await examineVault(context)
  progress.update({ label: 'Checking the audit log', done: 0, total: 0 })
  const audit = await verifyAuditLog({ payload })
  const page = [...describeExamination(vault), describeAuditLog(audit)]
  const isFine = page.every(({ level }) => level !== 'problem')
  return { isFine, report: { command: 'verify', ok: isFine, vault, audit }, page }
}
