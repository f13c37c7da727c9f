import { createOpenStreams } from '../../kit/testing/open-streams.ts'
import type { AudioEncoding, TtsCapability, TtsOptions } from '../../../src/provider-kit/index.ts'

export { audioOf, heardOf, wordsOf } from '../../kit/testing/open-streams.ts'

type StagedSimulator = { origin: string; close(): Promise<void> }

type StageOptions<Options, Simulator> = {
  /** What is tested. */
  tts: TtsCapability<{ apiKey: string }>
  /** The key that connections use unless told otherwise. */
  apiKey: string
  /** Names of the plugin's origins; all of them lead to the simulator. Default `api`. */
  origins?: readonly string[]
  create(options: Options): Promise<Simulator>
}

type ConnectOptions = Partial<TtsOptions> & { apiKey?: string; encoding?: AudioEncoding; origin?: string }

/** A provider's simulator with connections of its plugin to it, for one test after another. */
export const createVoiceStage = <Options, Simulator extends StagedSimulator>(
  stage: StageOptions<Options, Simulator>,
) => {
  let simulator: Simulator | undefined
  const streams = createOpenStreams()

  return {
    async start(options: Options): Promise<Simulator> {
      simulator = await stage.create(options)
      return simulator
    },
    connect(options: ConnectOptions = {}) {
      const { apiKey = stage.apiKey, encoding = 'mulaw', origin = simulator?.origin ?? '', ...rest } = options
      const origins = Object.fromEntries((stage.origins ?? ['api']).map((name) => [name, origin]))
      const format = { encoding, sampleRate: 8000 } as const
      const context = { credentials: { apiKey }, origins }
      const { connection, log, speak } = streams.speakWith(stage.tts, context, { format, ...rest })
      /** Speaks a text as it stands. */
      const say = (text: string) => {
        const { log: spoken, ...utterance } = speak()
        utterance.write(text)
        utterance.finish()
        return spoken
      }
      return { connection, log, speak, say }
    },
    async stop() {
      await streams.closeAll()
      await simulator?.close()
      simulator = undefined
    },
  }
}
