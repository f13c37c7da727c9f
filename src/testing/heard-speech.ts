import { readToneCharacters } from '../../simulators/tone-speech/index.ts'
import type { CallHandle } from '../../simulators/telnyx/index.ts'
import { waitUntil } from './wait-until.ts'

/** A call of whichever carrier. */
type Call = Pick<CallHandle, 'recording' | 'agentSpeaks' | 'agentSilent' | 'positionMs'>

/** A stretch of a call on the stream's timeline, in ms. */
type Stretch = { from?: number; to?: number }

/** What the caller heard the agent say, read from the carrier's recording. */
export const heardSpeech = (
  { recording }: Pick<Call, 'recording'>,
  { from = 0, to = Number.POSITIVE_INFINITY }: Stretch = {},
): string =>
  readToneCharacters(recording.agent, recording.encoding)
    .filter(({ atMs }) => atMs >= from && atMs < to)
    .map(({ char }) => char)
    .join('')
    .trim()

/** Waits for the agent's next sound and for the silence behind it. */
export async function listenToAgent(call: Call, { after }: { after: number }) {
  const { atMs: startMs } = await call.agentSpeaks({ after })
  const { atMs: endMs } = await call.agentSilent({ forMs: 300, after: startMs })
  return { startMs, endMs, text: heardSpeech(call, { from: startMs, to: endMs }) }
}

/** Waits for a moment on the stream's timeline. @param atMs ms */
export const reach = (call: Pick<Call, 'positionMs'>, atMs: number) =>
  waitUntil(() => call.positionMs >= atMs, `the call to reach ${atMs} ms`)

/**
 * How many letters of what was said the caller missed: a letter that a pause cuts in two is heard as none.
 * @returns infinity where something else was heard than what was said
 */
export function lettersMissed(heard: string, said: string): number {
  let at = 0
  for (const letter of said.toLowerCase()) if (heard[at] === letter) at++
  return at === heard.length ? said.length - heard.length : Number.POSITIVE_INFINITY
}

/** Letters that a pause may cut in two where a busy machine sends frames late, of some sixty. */
export const LETTERS_BEARABLE = 4
