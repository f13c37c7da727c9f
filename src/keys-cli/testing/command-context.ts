import { Readable } from 'node:stream'
import { compositionOf } from '../../composition.ts'
import type { TestServer } from '../../testing/boot.ts'
import type { CommandContext } from '../command.ts'
import type { DoctorOptions } from '../doctor/run-doctor.ts'

/** What a command is given, on a test server's database, with nothing printed. */
export const commandContext = ({ payload }: Pick<TestServer, 'payload'>): CommandContext => ({
  payload,
  environment: compositionOf(payload).environment,
  progress: { update() {}, end() {} },
  signal: new AbortController().signal,
})

/** What `doctor` takes besides. */
export const doctorOptions = (changes: Partial<DoctorOptions> = {}): DoctorOptions => ({
  env: {},
  dataDirectory: '/nonexistent',
  directory: '/nonexistent',
  logs: [],
  stdin: Readable.from([]),
  ...changes,
})
