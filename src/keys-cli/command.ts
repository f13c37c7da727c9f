import type { Payload } from 'payload'
import type { Environment } from '../env/index.ts'
import type { PageLine } from './output/page.ts'
import type { Progress } from './output/progress.ts'

/** What every command works with. */
export type CommandContext = {
  payload: Payload
  environment: Environment
  progress: Progress
  /** Aborts on Ctrl-C: a command then stops where it can be taken up again. */
  signal: AbortSignal
}

/** What a command found and did. `isFine` decides the exit code. */
export type CommandResult<Report extends object = object> = {
  isFine: boolean
  /** For `--json`; holds no secret. */
  report: Report
  page: PageLine[]
}
