import { createAnthropicSimulator } from './anthropic/index.ts'
import { createAssemblyAiSimulator } from './assemblyai/index.ts'
import { createCartesiaSimulator } from './cartesia/index.ts'
import { createDeepgramSimulator } from './deepgram/index.ts'
import { createElevenLabsSimulator } from './elevenlabs/index.ts'
import { createExaSimulator } from './exa/index.ts'
import { createGoogleSimulator } from './google/index.ts'
import { createHumeSimulator } from './hume/index.ts'
import { createOpenAiSimulator } from './openai/index.ts'
import { createOpenAiCompatibleSimulator } from './openaicompatible/index.ts'
import { createSerpApiSimulator } from './serpapi/index.ts'
import { createSonioxSimulator } from './soniox/index.ts'
import { createTelnyxSimulator } from './telnyx/index.ts'
import type { TelnyxAccount, TelnyxSimulator } from './telnyx/index.ts'
import { createTwilioSimulator } from './twilio/index.ts'
import { createXaiSimulator } from './xai/index.ts'

const CONNECTION_ID = '1000000001'
/** The stage's own number, from which calls may go out at both carriers. */
export const STAGE_NUMBER = '+14155550100'
/** Somebody who answers when called. */
export const STAGE_PERSON = '+13125550123'

const callees = { [STAGE_PERSON]: { afterMs: 2_000, is: 'human' as const } }
export const TWILIO_ACCOUNT_SID = `AC${'5a'.repeat(16)}`

/** Keys that the stage's providers accept. They open nothing outside this machine. */
export const STAGE_KEYS = {
  deepgram: '5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a',
  soniox: 'simulated-soniox-0000000000000000000000000000000000000000',
  assemblyai: '5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a',
  openai: 'sk-proj-simulated-0000000000000000000000000000000000000000',
  xai: `xai-${'5a'.repeat(40)}`,
  anthropic: `sk-ant-api03-${'5a'.repeat(46)}5AA`,
  google: 'AQ.simulated-0000000000000000000000000000000000000000',
  elevenlabs: 'sk_5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a',
  cartesia: 'sk_car_simulated0000000000000000000000',
  hume: 'simulated-hume-000000000000000000000000000000000',
  openaicompatible: 'token-simulated-000000000000000000000000',
  serpapi: '5a'.repeat(32),
  exa: '5a5a5a5a-5a5a-4a5a-8a5a-5a5a5a5a5a5a',
  twilio: '5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a',
  telnyx: 'KEY5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5',
} as const

export type StageProvider = keyof typeof STAGE_KEYS

/** Every simulated provider, running. */
export type Stage = {
  /** What the `<PROVIDER>_BASE_URL` variables take. */
  baseUrls: Record<string, string>
  /** What a tenant enters as the address of a server of its own, once a platform admin allowed it. */
  ownServer: string
  carrier: TelnyxSimulator
  account: TelnyxAccount
  close(): Promise<void>
}

/** Starts every simulated provider with one account each, at the pace of real providers on a good day. */
export async function openStage(): Promise<Stage> {
  const carrier = await createTelnyxSimulator({
    accounts: [{ apiKey: STAGE_KEYS.telnyx, connectionId: CONNECTION_ID, numbers: [STAGE_NUMBER], callees }],
  })
  const ownServer = await createOpenAiCompatibleSimulator({ apiKey: STAGE_KEYS.openaicompatible })
  const valid = { state: 'valid' as const }
  const others = await Promise.all(
    Object.entries({
      deepgram: createDeepgramSimulator({
        keys: { [STAGE_KEYS.deepgram]: { ...valid, projectName: 'Simulated project' } },
      }),
      soniox: createSonioxSimulator({ keys: { [STAGE_KEYS.soniox]: valid } }),
      assemblyai: createAssemblyAiSimulator({ keys: { [STAGE_KEYS.assemblyai]: valid } }),
      openai: createOpenAiSimulator({ keys: { [STAGE_KEYS.openai]: {} } }),
      xai: createXaiSimulator({ keys: { [STAGE_KEYS.xai]: {} } }),
      anthropic: createAnthropicSimulator({ keys: { [STAGE_KEYS.anthropic]: {} } }),
      google: createGoogleSimulator({ keys: { [STAGE_KEYS.google]: {} } }),
      elevenlabs: createElevenLabsSimulator({ keys: { [STAGE_KEYS.elevenlabs]: {} } }),
      cartesia: createCartesiaSimulator({ keys: { [STAGE_KEYS.cartesia]: {} } }),
      hume: createHumeSimulator({ keys: { [STAGE_KEYS.hume]: {} } }),
      serpapi: createSerpApiSimulator({ keys: { [STAGE_KEYS.serpapi]: {} } }),
      exa: createExaSimulator({ keys: { [STAGE_KEYS.exa]: {} } }),
      twilio: createTwilioSimulator({
        accounts: [{ accountSid: TWILIO_ACCOUNT_SID, authToken: STAGE_KEYS.twilio, numbers: [STAGE_NUMBER], callees }],
      }),
    }).map(async ([id, opening]) => ({ id, simulator: await (opening as Promise<Running>) })),
  )
  const running = [...others, { id: 'telnyx', simulator: carrier }]
  return {
    baseUrls: Object.fromEntries(
      running.map(({ id, simulator }) => [`${id.toUpperCase()}_BASE_URL`, simulator.origin]),
    ),
    ownServer: ownServer.baseUrl,
    carrier,
    account: carrier.account(STAGE_KEYS.telnyx),
    async close() {
      await carrier.close()
      await Promise.all([ownServer, ...others.map(({ simulator }) => simulator)].map((simulator) => simulator.close()))
    },
  }
}

type Running = { origin: string; close(): Promise<void> }
