import type { AssemblyAiSimulator, AssemblyAiSimulatorOptions } from '../../../simulators/assemblyai/index.ts'
import { createAssemblyAiSimulator } from '../../../simulators/assemblyai/index.ts'
import { createSttHarness } from '../../../simulators/kit/testing/stt-harness.ts'
import { stt } from '../stt.ts'

export { isType, say, silence, turnsOf } from '../../../simulators/kit/testing/stt-harness.ts'

export const KEY = 'k3y0'.repeat(8)
export const QUICK = { handshakeMs: 0, beginMs: 0, interimMs: 0, finalMs: 0, formatMs: 0 }

/** Starts simulators, servers and streams, and closes them all after each test. */
export const createHarness = () =>
  createSttHarness<Partial<AssemblyAiSimulatorOptions>, AssemblyAiSimulator>({
    stt,
    key: KEY,
    origins: ['api', 'streaming'],
    create: (options) =>
      createAssemblyAiSimulator({ keys: { [KEY]: { state: 'valid' } }, latencies: QUICK, ...options }),
  })
