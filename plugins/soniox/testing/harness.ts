import type { SonioxSimulator, SonioxSimulatorOptions } from '../../../simulators/soniox/index.ts'
import { createSonioxSimulator } from '../../../simulators/soniox/index.ts'
import { createSttHarness } from '../../../simulators/kit/testing/stt-harness.ts'
import { stt } from '../stt.ts'

export { isType, say, silence, turnsOf } from '../../../simulators/kit/testing/stt-harness.ts'

export const KEY = 'k3y0'.repeat(16)
export const QUICK = { handshakeMs: 0, interimMs: 0, finalMs: 0 }

/** Starts simulators, servers and streams, and closes them all after each test. */
export const createHarness = () =>
  createSttHarness<Partial<SonioxSimulatorOptions>, SonioxSimulator>({
    stt,
    key: KEY,
    origins: ['api', 'realtime'],
    create: (options) => createSonioxSimulator({ keys: { [KEY]: { state: 'valid' } }, latencies: QUICK, ...options }),
  })
