import { ROLES } from '../../src/testing/call-matrix/index.ts'
import type { Role } from '../../src/testing/call-matrix/index.ts'
import { percentile } from '../percentile.ts'
import type { MatrixResults, TriedCall } from './results.ts'

const ROLE_NAMES: Record<Role, string> = { stt: 'speech to text', llm: 'language model', tts: 'text to speech' }

const unique = (values: readonly string[]): string[] => [...new Set(values)]
const row = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`

/** `15 of 15` */
const countPassed = (calls: readonly TriedCall[]): string => `${calls.filter(({ ok }) => ok).length} of ${calls.length}`

/** `320 / 480`: the median and the 95th percentile. */
const spread = (values: readonly (number | undefined)[]): string => {
  const known = values.flatMap((value) => value ?? [])
  return [0.5, 0.95].map((share) => percentile(known, share) ?? '–').join(' / ')
}

/** The run as Markdown without a heading: what was tried, how much of it passed, what a call shows and what not. */
export function renderSummary(results: MatrixResults): string {
  const { at, machine, atOnce, seconds, calls, offByDefault } = results
  const carriers = unique(calls.map(({ carrier }) => carrier))
  const sizes = ROLES.map((role) => unique(calls.map((call) => call[role])).length)
  const failed = calls.filter(({ ok }) => !ok)
  return [
    `\`npm run matrix\`, run ${at.slice(0, 10)} on ${machine.cores} × ${machine.cpu}, Node ${machine.node}, ${atOnce} calls at a time, in ${seconds} s.`,
    '',
    row([
      'carrier',
      'STT × LLM × TTS',
      'calls passed',
      'of them at the second try',
      'end of a question → answer, ms',
      'interruption → silence, ms',
    ]),
    row(['---', '---', '---:', '---:', '---:', '---:']),
    ...carriers.map((carrier) => {
      const own = calls.filter((call) => call.carrier === carrier)
      return row([
        carrier,
        `${sizes.join(' × ')} = ${sizes.reduce((product, size) => product * size, 1)}`,
        countPassed(own),
        own.filter(({ ok, firstProblems }) => ok && firstProblems).length,
        spread(own.map(({ firstAudioMs }) => firstAudioMs)),
        spread(own.map(({ silentAfterMs }) => silentAfterMs)),
      ])
    }),
    '',
    row([
      'part',
      'provider',
      ...carriers.map((carrier) => `passed through ${carrier}`),
      'question → answer, ms',
      'interruption → silence, ms',
      'letters lost',
    ]),
    row(['---', '---', ...carriers.map(() => '---:'), '---:', '---:', '---:']),
    ...ROLES.flatMap((role) =>
      unique(calls.map((call) => call[role])).map((provider) =>
        row([
          ROLE_NAMES[role],
          `\`${provider}\`${offByDefault.includes(provider) ? ' (off by default)' : ''}`,
          ...carriers.map((carrier) =>
            countPassed(calls.filter((call) => call.carrier === carrier && call[role] === provider)),
          ),
          ...(['firstAudioMs', 'silentAfterMs'] as const).map((name) =>
            spread(calls.flatMap((call) => (call[role] === provider ? [call[name]] : []))),
          ),
          calls.reduce((sum, call) => sum + (call[role] === provider ? (call.lettersLost ?? 0) : 0), 0),
        ]),
      ),
    ),
    '',
    ...(failed.length > 0 ? ['Not passed:', '', ...failed.map(describeFailure), ''] : []),
    WHAT_IT_SHOWS,
    '',
  ].join('\n')
}

const describeFailure = ({ stt, llm, tts, carrier, problems }: TriedCall): string =>
  `- ${stt}, ${llm}, ${tts} through ${carrier}: ${problems.join(' ')}`

const WHAT_IT_SHOWS = `In each call somebody asks a question, hears the answer, asks another and breaks into its answer. A call passes if the
greeting and the answers can be read in the carrier's recording, at least four letters in five and nothing else, the
interrupted answer stopped, the transcript is what the caller said, each answer came from the chosen model, and the
record is complete: ended by the caller, with a receipt of the workspace's own keys at the three providers and the
carrier, and with what each of them counted. A call that failed is made once more when fewer others are going on.

Where two times are given, they are the median and the 95th percentile, measured on the carrier's recording. A letter is
lost where a gap in the sound cuts it: a sign of a machine that is too busy.

**Not covered:** models and voices beyond each provider's default, tools, calls that go out, and every failure: the
suites of each provider and of calls have those, not every combination. The simulators answer at once: the times compare
how providers tell the end of a turn and that somebody speaks, and say nothing about the real services.`
