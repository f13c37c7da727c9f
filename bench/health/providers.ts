import { createDeepgramSimulator } from '../../simulators/deepgram/index.ts'
import { createElevenLabsSimulator } from '../../simulators/elevenlabs/index.ts'
import { createOpenAiSimulator } from '../../simulators/openai/index.ts'
import { createTelnyxSimulator } from '../../simulators/telnyx/index.ts'
import { startHealthProvider } from '../../src/key-health/testing/health-provider.ts'
import { serve } from '../ipc.ts'

/** Keys by provider, in the order of the workspaces. */
export type BenchKeys = Record<'deepgram' | 'elevenlabs' | 'openai' | 'telnyx', string[]>

/** The providers that are asked, in a process of their own, so that their work is not counted as the product's. */
const createProvidersApi = () => {
  const close: (() => Promise<void>)[] = []
  let checks = () => 0
  return {
    /** @returns base URLs, and the connection ids of Telnyx in the order of its keys */
    async open({ keys, others }: { keys: BenchKeys; others: string[] }) {
      const accounts = (list: readonly string[]) => Object.fromEntries(list.map((key) => [key, {}]))
      const valid = Object.fromEntries(
        keys.deepgram.map((key, index) => [key, { projectName: `Project ${index}`, state: 'valid' as const }]),
      )
      const [deepgram, elevenlabs, openai, telnyx, other] = await Promise.all([
        createDeepgramSimulator({ keys: valid }),
        createElevenLabsSimulator({ keys: accounts(keys.elevenlabs) }),
        createOpenAiSimulator({ keys: accounts(keys.openai) }),
        createTelnyxSimulator({ accounts: keys.telnyx.map((apiKey) => ({ apiKey })) }),
        startHealthProvider(),
      ])
      close.push(...[deepgram, elevenlabs, openai, telnyx, other].map((simulator) => () => simulator.close()))
      checks = () => other.checks.length
      const telnyxAccounts = keys.telnyx.map((key) => telnyx.account(key))
      return {
        baseUrls: {
          deepgram: deepgram.origin,
          elevenlabs: elevenlabs.origin,
          openai: openai.origin,
          telnyx: telnyx.origin,
          ...Object.fromEntries(others.map((id) => [id, other.url])),
        },
        telnyx: telnyxAccounts.map(({ publicKey, connectionId }) => ({ publicKey, connectionId })),
      }
    },
    otherChecks: () => checks(),
    async close() {
      await Promise.all(close.map((end) => end()))
    },
  }
}

export type ProvidersApi = ReturnType<typeof createProvidersApi>

serve(createProvidersApi())
