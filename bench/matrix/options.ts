import { parseArgs } from 'node:util'
import { CARRIERS, listCombinations, ROLES } from '../../src/testing/call-matrix/index.ts'
import type { Combination, Role } from '../../src/testing/call-matrix/index.ts'
import type { CarrierId } from '../../src/testing/carrier-stands.ts'

export type MatrixOptions = {
  /** Calls that are live at a time, those of both carriers together. */
  atOnce: number
  /** What is tried, in order. */
  plan: { carrier: CarrierId; combination: Combination }[]
  /** Only a part of everything: then no result is kept. */
  isPart: boolean
}

export const USAGE = `npm run matrix -- [options]
  --at-once 10       calls at a time, at most 20
  --carrier telnyx   calls of one carrier only
  --stt deepgram     calls with one transcription only; the same with --llm and --tts

Without a choice everything is tried, bench/matrix/results.jsonl is written and the summary in docs/ brought up to date.`

/** A tenant for each call at a time, and no more sign up from one address. */
const MOST_AT_ONCE = 20

/**
 * @param args of the command line
 * @param candidates ids of the providers that can do each part
 * @throws Error with a sentence for the person who typed them
 */
export function readOptions(args: string[], candidates: Record<Role, readonly string[]>): MatrixOptions {
  const { values } = parseArgs({
    args,
    options: {
      'at-once': { type: 'string', default: '10' },
      carrier: { type: 'string' },
      stt: { type: 'string' },
      llm: { type: 'string' },
      tts: { type: 'string' },
    },
  })
  const atOnce = Number(values['at-once'])
  if (!Number.isInteger(atOnce) || atOnce < 1 || atOnce > MOST_AT_ONCE) {
    throw new Error(`--at-once must be a whole number from 1 to ${MOST_AT_ONCE}.`)
  }
  const choose = <Id extends string>(name: 'carrier' | Role, all: readonly Id[]): readonly Id[] => {
    const wished = values[name]
    const found = all.filter((id) => wished === undefined || id === wished)
    if (found.length === 0) throw new Error(`--${name} must be one of ${all.join(', ')}.`)
    return found
  }
  const [stt, llm, tts] = ROLES.map((role) => choose(role, candidates[role])) as [string[], string[], string[]]
  const carriers = choose('carrier', CARRIERS)
  return {
    atOnce,
    plan: listCombinations({ stt, llm, tts }).flatMap((combination) =>
      carriers.map((carrier) => ({ carrier, combination })),
    ),
    isPart: values.carrier !== undefined || ROLES.some((role) => values[role] !== undefined),
  }
}
