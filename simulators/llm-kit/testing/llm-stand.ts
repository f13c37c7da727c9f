import type { LlmOptions } from '../../../src/provider-kit/index.ts'
import type { Fault, LlmFaultName, LlmStand, Start } from '../../../src/testing/conformance/index.ts'
import type { ScriptCall } from '../script-tools.ts'
import type { LlmFault, LlmSimulator, Script, StreamLatencies } from '../index.ts'

type Failure = Omit<Fault, 'start'>

type LlmStandOptions = {
  start(options: { latencies?: Partial<StreamLatencies>; script?: Script }): Promise<LlmSimulator>
  /** A simulator that does not know the stand's key. */
  startUnknownKey: Start
  /** What each fault of the server means; a broken stream means the same everywhere. */
  faults: Readonly<
    Record<
      'unauthorized' | 'out-of-credit' | 'rate-limit' | 'overloaded' | 'server-error' | 'error-mid-stream',
      Failure
    >
  >
  /** A key that may not use the models, where the provider has such. */
  noPermission?: Fault
  unknownKey: Failure
  unknownModel: Failure
  unsupported?: readonly LlmOptions[]
}

/** Calls the tool, and says the text once it was answered. */
export const scriptTool =
  (toolCall: ScriptCall, text: string): Script =>
  (messages) =>
    messages.at(-1)?.role === 'tool' ? text : { toolCall }

/** What the conformance kit needs of a language model, played by a simulator of this kit. */
export function createLlmStand(options: LlmStandOptions): LlmStand {
  const playing =
    (fault?: LlmFault): Start =>
    async () => {
      const simulator = await options.start({ script: () => 'Whales are mammals. They breathe air.' })
      simulator.setFault(fault)
      return simulator
    }
  const played = (fault: LlmFault, failure: Failure): Fault => ({ ...failure, start: playing(fault) })
  const { faults } = options
  const all: Record<Exclude<LlmFaultName, 'no-permission'>, Fault> & LlmStand['faults'] = {
    ...(options.noPermission && { 'no-permission': options.noPermission }),
    'bad-key': { ...options.unknownKey, start: options.startUnknownKey },
    'no-credit': played('out-of-credit', faults['out-of-credit']),
    'rate-limit': played('rate-limit', faults['rate-limit']),
    overloaded: played('overloaded', faults.overloaded),
    'out-of-order': played('server-error', faults['server-error']),
    'unknown-model': { ...options.unknownModel, start: playing() },
    'error-mid-answer': played('error-mid-stream', faults['error-mid-stream']),
    'close-mid-answer': played('close-mid-stream', { kind: 'closed' }),
    'end-mid-answer': played('end-mid-stream', { kind: 'closed' }),
    'malformed-message': played('malformed-sse', { kind: 'failed' }),
  }
  return {
    start: ({ text, perTokenMs }) => options.start({ script: () => text, latencies: { perTokenMs } }),
    startTool: ({ tool, arguments: values, text }) =>
      options.start({ script: scriptTool({ name: tool.name, arguments: values }, text) }),
    faults: all,
    stalls: {
      silent: playing('stall'),
      beforeFirst: playing('stall-before-first-token'),
      afterFirst: playing('stall-after-first-token'),
    },
    unsupported: options.unsupported,
  }
}
