import { ROLES } from '../../src/testing/call-matrix/index.ts'
import type { MatrixCall, Role } from '../../src/testing/call-matrix/index.ts'
import { percentile } from '../percentile.ts'
import type { MatrixResults } from './results.ts'

const ROLE_NAMES: Record<Role, string> = { stt: 'speech to text', llm: 'language model', tts: 'text to speech' }

const unique = (values: readonly string[]): string[] => [...new Set(values)]
const row = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`

/** `15 of 15` */
const countPassed = (calls: readonly MatrixCall[]): string =>
  `${calls.filter(({ ok }) => ok).length} of ${calls.length}`

/** The run as Markdown without a heading: what was tried, how much of it passed, what a call shows and what not. */
export function renderSummary(results: MatrixResults): string {
  const { at, machine, atOnce, seconds, calls, offByDefault } = results
  const carriers = unique(calls.map(({ carrier }) => carrier))
  const sizes = ROLES.map((role) => unique(calls.map((call) => call[role])).length)
  const failed = calls.filter(({ ok }) => !ok)
  return [
    `\`npm run matrix\`, run ${at.slice(0, 10)} on ${machine.cores} × ${machine.cpu}, Node ${machine.node}, ${atOnce} calls at a time, in ${Math.round(seconds)} s.`,
    '',
    row(['carrier', 'STT × LLM × TTS', 'calls passed', 'first sound of an answer, p50 / p95, ms']),
    row(['---', '---', '---:', '---:']),
    ...carriers.map((carrier) => {
      const own = calls.filter((call) => call.carrier === carrier)
      const times = own.flatMap(({ firstAudioMs }) => firstAudioMs ?? [])
      return row([
        carrier,
        `${sizes.join(' × ')} = ${sizes.reduce((product, size) => product * size, 1)}`,
        countPassed(own),
        `${percentile(times, 0.5) ?? '–'} / ${percentile(times, 0.95) ?? '–'}`,
      ])
    }),
    '',
    row(['part', 'provider', ...carriers.map((carrier) => `passed through ${carrier}`)]),
    row(['---', '---', ...carriers.map(() => '---:')]),
    ...ROLES.flatMap((role) =>
      unique(calls.map((call) => call[role])).map((provider) =>
        row([
          ROLE_NAMES[role],
          `\`${provider}\`${offByDefault.includes(provider) ? ' (off by default)' : ''}`,
          ...carriers.map((carrier) =>
            countPassed(calls.filter((call) => call.carrier === carrier && call[role] === provider)),
          ),
        ]),
      ),
    ),
    '',
    ...(failed.length > 0 ? ['Not passed:', '', ...failed.map(describeFailure), ''] : []),
    WHAT_IT_SHOWS,
    '',
  ].join('\n')
}

const describeFailure = ({ stt, llm, tts, carrier, problems }: MatrixCall): string =>
  `- ${stt}, ${llm}, ${tts} through ${carrier}: ${problems.join(' ')}`

const WHAT_IT_SHOWS = `A call passes if the greeting was heard on the carrier's recording, the transcript is what the caller said, the chosen
model's own answer to that question was heard, and the record is complete: ended by the caller, with a receipt of the
workspace's own keys at the three providers and the carrier, and with what each of them counted.

**Not covered:** models and voices beyond each provider's default, a second turn, interruptions, tools, calls that go
out, and every failure; the suites of each provider and of calls have those, not every combination. The times are those
of simulators that answer at once: they compare providers' ways to end a turn, and say nothing about the real
services.`
