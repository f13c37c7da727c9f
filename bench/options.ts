import { parseArgs } from 'node:util'

export type BenchOptions = {
  /** Rungs of the ladder: concurrent calls. The first is the unloaded one. */
  calls: number[]
  /** Turns of the caller in one call. */
  turns: number
  /** How long each rung is measured once all its calls are up. */
  seconds: number
  /** How long the bare relay is measured on each rung; 0 leaves it out. */
  relaySeconds: number
  /** Writes CPU profiles of the product, one for each rung, under `data/bench/`. */
  profile: boolean
  /** Whether the agent records its calls. */
  recording: boolean
  /** Binds the product to CPU 0 and the simulators to the others. */
  pin: boolean
}

export const USAGE = `npm run bench -- [options]
  --calls 1,10,25,50,100   concurrent calls of each rung; 1 is always measured first
  --turns 4                turns of the caller in one call, one of them a barge-in
  --seconds 60             how long each rung is measured
  --relay-seconds 10       how long the bare relay is measured on each rung; 0 leaves it out
  --profile                write a CPU profile of the product for each rung to data/bench/
  --recording              let the agent record its calls
  --pin                    bind the product to CPU 0 and the simulators to the others (Linux, taskset)

npm run bench -- vault --help    what opening a key and rotating the key-encryption key take
npm run bench -- health --help   what looking after idle keys and writing down uses take`

const whole = (text: string, name: string, least: number): number => {
  const value = Number(text)
  if (!Number.isInteger(value) || value < least) throw new Error(`--${name} must be a whole number from ${least} on.`)
  return value
}

/** @throws Error with a sentence for the person who typed the options */
export function readOptions(args: string[]): BenchOptions {
  const { values } = parseArgs({
    args,
    options: {
      calls: { type: 'string', default: '1,10,25,50,100' },
      turns: { type: 'string', default: '4' },
      seconds: { type: 'string', default: '60' },
      'relay-seconds': { type: 'string', default: '10' },
      profile: { type: 'boolean', default: false },
      recording: { type: 'boolean', default: false },
      pin: { type: 'boolean', default: false },
    },
  })
  const rungs = values.calls.split(',').map((rung) => whole(rung, 'calls', 1))
  return {
    calls: [1, ...rungs.filter((rung) => rung !== 1)],
    turns: whole(values.turns, 'turns', 1),
    seconds: whole(values.seconds, 'seconds', 5),
    relaySeconds: whole(values['relay-seconds'], 'relay-seconds', 0),
    profile: values.profile,
    recording: values.recording,
    pin: values.pin,
  }
}
