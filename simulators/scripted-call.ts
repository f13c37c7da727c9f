import { readToneSpeech } from './tone-speech/index.ts'
import type { CallHandle, PlaceCallOptions, TelnyxSimulator } from './telnyx/index.ts'

/** What the person on the phone does: waits for the agent to finish, or talks into its answer. */
export type Line = { say: string; interrupting?: boolean }

export type ScriptedCall = {
  call: CallHandle
  /** Everything that the caller heard, read back from the carrier's recording. */
  heard: string
}

/** The agent has finished when nothing was heard of it for this long; longer than it pauses between clauses. */
const FINISHED_MS = 900
/** How far into an answer an interruption comes. */
const INTERRUPT_AFTER_MS = 900

type Options = {
  carrier: TelnyxSimulator
  place: PlaceCallOptions
  lines: readonly Line[]
  onEvent?(sentence: string): void
}

/**
 * Holds one phone call by a script, in real time: hears the greeting out, says each line, hangs up.
 * @throws Error when the call is refused or the agent does not speak
 */
export async function runScriptedCall({ carrier, place, lines, onEvent = () => {} }: Options): Promise<ScriptedCall> {
  const call = carrier.placeCall(place)
  onEvent(`${place.from} calls ${place.to}`)
  await call.answered
  onEvent('the call is answered')
  await call.streaming
  let spoken = await call.agentSpeaks({ after: 0 })
  onEvent('the agent greets')

  for (const { say, interrupting = false } of lines) {
    if (!interrupting) await call.agentSilent({ forMs: FINISHED_MS, after: spoken.atMs })
    else await new Promise((resolve) => setTimeout(resolve, INTERRUPT_AFTER_MS))
    const { endMs } = await call.say(say)
    onEvent(`the caller said "${say}"${interrupting ? ', interrupting' : ''}`)
    spoken = await call.agentSpeaks({ after: endMs })
    onEvent(`the agent answers after ${Math.round(spoken.atMs - endMs)} ms`)
  }

  await call.agentSilent({ forMs: FINISHED_MS, after: spoken.atMs })
  call.hangUp()
  await call.ended
  onEvent('the caller hung up')
  const { agent, encoding } = call.recording
  return { call, heard: readToneSpeech(agent, encoding) }
}
