import { randomBytes } from 'node:crypto'
import { createDeepgramSimulator } from '../../../simulators/deepgram/index.ts'
import { createElevenLabsSimulator } from '../../../simulators/elevenlabs/index.ts'
import { createOpenAiSimulator } from '../../../simulators/openai/index.ts'
import { createOpenAiCompatibleSimulator } from '../../../simulators/openaicompatible/index.ts'
import { createTelnyxSimulator } from '../../../simulators/telnyx/index.ts'
import { createTwilioSimulator } from '../../../simulators/twilio/index.ts'

export type ProviderSimulators = {
  /** What the simulators take: keys of the shapes that the providers give out. */
  keys: { deepgram: string; openai: string; elevenlabs: string; telnyx: string; openaicompatible: string }
  /** Further keys that the simulators know: another good one, one of an empty account, one that may only speak. */
  others: { spare: string; empty: string; restricted: string }
  deepgram: Awaited<ReturnType<typeof createDeepgramSimulator>>
  openai: Awaited<ReturnType<typeof createOpenAiSimulator>>
  elevenlabs: Awaited<ReturnType<typeof createElevenLabsSimulator>>
  telnyx: Awaited<ReturnType<typeof createTelnyxSimulator>>
  /** Reached only where a platform admin allowed its `baseUrl`. */
  openaicompatible: Awaited<ReturnType<typeof createOpenAiCompatibleSimulator>>
  twilio: Awaited<ReturnType<typeof createTwilioSimulator>>
  /** What Twilio's simulator takes. */
  twilioAccount: { accountSid: string; authToken: string }
  /** `<PROVIDER>_BASE_URL` for the server. */
  environment: Record<string, string>
  close(): Promise<void>
}

/** The four providers of a call as simulators, Twilio and a tenant's own server beside them, with one good key each. */
export async function startProviderSimulators(): Promise<ProviderSimulators> {
  const keys = {
    deepgram: randomBytes(20).toString('hex'),
    openai: `sk-proj-${randomBytes(40).toString('base64url')}`,
    elevenlabs: `sk_${randomBytes(24).toString('hex')}`,
    telnyx: `KEY${randomBytes(28).toString('hex').slice(0, 55)}`,
    openaicompatible: `token-${randomBytes(24).toString('hex')}`,
  }
  const twilioAccount = {
    accountSid: `AC${randomBytes(16).toString('hex')}`,
    authToken: randomBytes(16).toString('hex'),
  }
  const others = {
    spare: randomBytes(20).toString('hex'),
    empty: randomBytes(20).toString('hex'),
    restricted: `sk_${randomBytes(24).toString('hex')}`,
  }
  const [deepgram, openai, elevenlabs, telnyx, openaicompatible, twilio] = await Promise.all([
    createDeepgramSimulator({
      keys: {
        [keys.deepgram]: { projectName: 'Front desk', state: 'valid' },
        [others.spare]: { projectName: 'Back office', state: 'valid' },
        [others.empty]: { projectName: 'Spent', state: 'no-credit' },
      },
    }),
    createOpenAiSimulator({ keys: { [keys.openai]: {} } }),
    createElevenLabsSimulator({
      keys: {
        [keys.elevenlabs]: {},
        [others.restricted]: { permissions: ['text_to_speech', 'speech_to_text', 'models_read'] },
      },
    }),
    createTelnyxSimulator({ accounts: [{ apiKey: keys.telnyx }] }),
    createOpenAiCompatibleSimulator({ apiKey: keys.openaicompatible }),
    createTwilioSimulator({ accounts: [twilioAccount] }),
  ])
  return {
    keys,
    others,
    deepgram,
    openai,
    elevenlabs,
    telnyx,
    openaicompatible,
    twilio,
    twilioAccount,
    environment: {
      DEEPGRAM_BASE_URL: deepgram.origin,
      OPENAI_BASE_URL: openai.origin,
      ELEVENLABS_BASE_URL: elevenlabs.origin,
      TELNYX_BASE_URL: telnyx.origin,
      TWILIO_BASE_URL: twilio.origin,
    },
    async close() {
      await Promise.all(
        [deepgram, openai, elevenlabs, telnyx, openaicompatible, twilio].map((simulator) => simulator.close()),
      )
    },
  }
}
