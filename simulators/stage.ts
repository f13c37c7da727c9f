import { createDeepgramSimulator } from './deepgram/index.ts'
import { createElevenLabsSimulator } from './elevenlabs/index.ts'
import { createOpenAiSimulator } from './openai/index.ts'
import { createTelnyxSimulator } from './telnyx/index.ts'
import type { TelnyxAccount, TelnyxSimulator } from './telnyx/index.ts'

/** Keys that the stage's providers accept. They open nothing outside this machine. */
export const STAGE_KEYS = {
  deepgram: '5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a',
  openai: 'sk-proj-simulated-0000000000000000000000000000000000000000',
  elevenlabs: 'sk_5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a',
  telnyx: 'KEY5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5',
} as const

/** Every simulated provider, running. */
export type Stage = {
  /** What the `<PROVIDER>_BASE_URL` variables take. */
  baseUrls: Record<'DEEPGRAM_BASE_URL' | 'OPENAI_BASE_URL' | 'ELEVENLABS_BASE_URL' | 'TELNYX_BASE_URL', string>
  carrier: TelnyxSimulator
  account: TelnyxAccount
  close(): Promise<void>
}

/** Starts every simulated provider with one account each, at the pace of real providers on a good day. */
export async function openStage(): Promise<Stage> {
  const [deepgram, openai, elevenlabs, carrier] = await Promise.all([
    createDeepgramSimulator({ keys: { [STAGE_KEYS.deepgram]: { projectName: 'Simulated project', state: 'valid' } } }),
    createOpenAiSimulator({ keys: { [STAGE_KEYS.openai]: {} } }),
    createElevenLabsSimulator({ keys: { [STAGE_KEYS.elevenlabs]: {} } }),
    createTelnyxSimulator({ accounts: [{ apiKey: STAGE_KEYS.telnyx, connectionId: '1000000001' }] }),
  ])
  return {
    baseUrls: {
      DEEPGRAM_BASE_URL: deepgram.origin,
      OPENAI_BASE_URL: openai.origin,
      ELEVENLABS_BASE_URL: elevenlabs.origin,
      TELNYX_BASE_URL: carrier.origin,
    },
    carrier,
    account: carrier.account(STAGE_KEYS.telnyx),
    async close() {
      await carrier.close()
      await Promise.all([deepgram.close(), openai.close(), elevenlabs.close()])
    },
  }
}
