import { createDeepgramSimulator } from '../simulators/deepgram/index.ts'
import { createElevenLabsSimulator } from '../simulators/elevenlabs/index.ts'
import { createOpenAiSimulator } from '../simulators/openai/index.ts'
import { createTelnyxSimulator } from '../simulators/telnyx/index.ts'
import { serve } from './ipc.ts'
import { createProcessMeter } from './process-meter.ts'
import { answerByScript, createScript } from './rig/call-script.ts'
import { createFloors, ENDPOINT_MS, LATENCIES } from './rig/latencies.ts'
import { placeCall } from './rig/place-call.ts'
import type { CallOutcome, PlacedCall } from './rig/place-call.ts'
import { openRelayLoad } from './rig/relay-load.ts'
import type { RelayLoad } from './rig/relay-load.ts'
import { createKeys, setUpTenant } from './rig/tenant.ts'
import type { Tenant } from './rig/tenant.ts'

/** Nothing that a simulated account could run out of. */
const PLENTY = 1_000_000_000

type StartOptions = {
  calls: number
  /** Over how long the first calls start, evenly. */
  rampMs: number
}

/** The rest of the world: carrier and callers, transcription, model and voice, in a process of their own. */
const createRigApi = () => {
  const meter = createProcessMeter()
  const keys = createKeys()
  let simulators: Awaited<ReturnType<typeof openSimulators>> | undefined
  let tenant: Tenant | undefined
  let turns = 4
  let slots: Promise<void>[] = []
  let placed: PlacedCall[] = []
  let isStopping = false
  let relayLoad: RelayLoad | undefined

  async function openSimulators() {
    const [deepgram, openai, elevenlabs, telnyx] = await Promise.all([
      createDeepgramSimulator({
        keys: { [keys.deepgram]: { projectName: 'Bench', state: 'valid', maxStreams: PLENTY } },
        latencies: LATENCIES.deepgram,
      }),
      createOpenAiSimulator({ keys: { [keys.openai]: {} }, latencies: LATENCIES.openai, script: answerByScript }),
      createElevenLabsSimulator({
        keys: { [keys.elevenlabs]: { characterLimit: PLENTY } },
        latencies: LATENCIES.elevenlabs,
      }),
      createTelnyxSimulator({ accounts: [{ apiKey: keys.telnyx }] }),
    ])
    return { deepgram, openai, elevenlabs, telnyx }
  }

  const opened = () => {
    if (!simulators || !tenant) throw new Error('The rig is not set up.')
    return { ...simulators, tenant }
  }

  return {
    async open() {
      simulators = await openSimulators()
      const { deepgram, openai, elevenlabs, telnyx } = simulators
      return { deepgram: deepgram.origin, openai: openai.origin, elevenlabs: elevenlabs.origin, telnyx: telnyx.origin }
    },
    async setUp({ url, recording, ...script }: { url: string; recording: boolean; turns: number }): Promise<Tenant> {
      if (!simulators) throw new Error('The rig is not open.')
      turns = script.turns
      tenant = await setUpTenant({ url, keys, carrier: simulators.telnyx.account(keys.telnyx), recording })
      return tenant
    },
    /** Keeps so many calls going, one after the other in each slot, until `stopCalls`. */
    startCalls({ calls, rampMs }: StartOptions): void {
      const { telnyx, tenant } = opened()
      const script = createScript(turns)
      const floors = createFloors(script)
      isStopping = false
      placed = []
      const runSlot = async (slot: number) => {
        await new Promise((resolve) => setTimeout(resolve, (rampMs * slot) / calls))
        while (!isStopping) {
          const from = `+1312555${String(1000 + slot)}`
          const call = telnyx.placeCall({ account: keys.telnyx, from, to: tenant.number })
          placed.push(await placeCall({ call, script, floors }))
        }
      }
      slots = Array.from({ length: calls }, (_, slot) => runSlot(slot))
    },
    /** Starts no further calls, waits for those under way and reads all recordings. */
    async stopCalls(): Promise<CallOutcome[]> {
      isStopping = true
      await Promise.all(slots)
      const { telnyx, deepgram } = opened()
      await telnyx.webhooksSettled()
      const strange = deepgram.sessions.find(({ query }) => query.endpointing !== String(ENDPOINT_MS))
      if (strange) throw new Error(`The transcription was asked for an endpointing of ${strange.query.endpointing}.`)
      for (const call of placed) call.check()
      const outcomes = placed.map(({ outcome }) => outcome)
      placed = []
      return outcomes
    },
    liveCalls: () => opened().telnyx.liveCalls,
    begin: meter.begin,
    end: meter.end,
    async openRelayLoad(options: { url: string; streams: number }) {
      relayLoad = await openRelayLoad(options)
    },
    async closeRelayLoad() {
      await relayLoad?.close()
      relayLoad = undefined
    },
    async close() {
      if (!simulators) return
      const { telnyx, deepgram, openai, elevenlabs } = simulators
      await telnyx.close()
      await Promise.all([deepgram.close(), openai.close(), elevenlabs.close()])
    },
  }
}

export type RigApi = ReturnType<typeof createRigApi>

serve(createRigApi())
