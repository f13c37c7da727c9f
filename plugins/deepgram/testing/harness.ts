import type { DeepgramSimulator, DeepgramSimulatorOptions } from '../../../simulators/deepgram/index.ts'
import { createDeepgramSimulator } from '../../../simulators/deepgram/index.ts'
import { createSttHarness } from '../../../simulators/kit/testing/stt-harness.ts'
import { stt } from '../stt.ts'

export { isType, say, silence, turnsOf } from '../../../simulators/kit/testing/stt-harness.ts'

export const KEY = 'k3y0'.repeat(10)
export const QUICK = { handshakeMs: 0, interimMs: 0, finalMs: 0, eagerMs: 0 }

/** Starts simulators, servers and streams, and closes them all after each test. */
export const createHarness = () =>
  createSttHarness<Partial<DeepgramSimulatorOptions>, DeepgramSimulator>({
    stt,
    key: KEY,
    origins: ['api'],
    create: (options) =>
      createDeepgramSimulator({
        keys: { [KEY]: { projectName: 'Bakery', state: 'valid' } },
        latencies: QUICK,
        ...options,
      }),
  })
