import { rotateKeyEncryptionKey } from '../../vault/index.ts'
import type { RotationProgress, RotationReport } from '../../vault/index.ts'
import type { CommandContext, CommandResult } from '../command.ts'
import { createBreather } from '../create-breather.ts'
import { CommandError } from '../command-error.ts'
import { describeRotation } from './describe-rotation.ts'

export type RotateReport = { command: 'rotate'; ok: boolean } & RotationReport

type RotateOptions = CommandContext & { isDryRun: boolean; force: boolean; dropRetired: boolean }

/** Moves the vault to the current key-encryption key, or to a new one where the product keeps the keys itself. */
export async function rotateKeys(options: RotateOptions): Promise<CommandResult<RotateReport>> {
  const { payload, progress, signal, isDryRun, force, dropRetired } = options
  const breathe = createBreather(signal)
  try {
    const report = await rotateKeyEncryptionKey({
      payload,
      dryRun: isDryRun,
      force,
      dropRetired,
      signal,
      async onProgress(news) {
        progress.update({ label: labelOf(news, isDryRun), done: news.done, total: totalOf(news) })
        await breathe()
      },
    })
    const page = describeRotation({ report, dropRetired })
    const isFine = page.every(({ level }) => level !== 'problem')
    return { isFine, report: { command: 'rotate', ok: isFine, ...report }, page }
  } catch (error) {
    if (!signal.aborted) throw error
    throw new CommandError(
      'Stopped between two rows. Everything can be read, some of it under the former key: leave both keys where they are, ' +
        'and go on with the same command.',
    )
  }
}

function labelOf({ step, waitingFor = [] }: RotationProgress, isDryRun: boolean): string {
  switch (step) {
    case 'staged':
      return 'A new key was made; it does not write yet'
    case 'announced':
      return 'Asking the servers whether they can read the new key'
    case 'waiting':
      return `Waiting for ${waitingFor.join(', ')}`
    case 'promoted':
      return 'The new key writes'
    case 'rewrapping':
      return isDryRun ? 'Reading data keys' : 'Moving data keys'
    case 'finished':
      return 'Everything lies under the new key'
    case 'dropped':
      return 'Former keys were taken out'
  }
}

const totalOf = ({ step, total }: RotationProgress): number => (step === 'rewrapping' ? total : 0)
