import type { ToolCallEntry } from './types.ts'

type Words = Record<'done' | 'running' | 'not', string>

/** What the agent's tools do, for people. */
const WORDS: Readonly<Record<string, Words>> = {
  end_call: { done: 'Ended the call', running: 'Is ending the call', not: 'Did not end the call' },
  transfer_call: {
    done: 'Handed the call over',
    running: 'Is handing the call over',
    not: 'Could not hand the call over',
  },
  send_digits: { done: 'Pressed keys', running: 'Is pressing keys', not: 'Could not press keys' },
  web_search: { done: 'Searched the web', running: 'Is searching the web', not: 'Could not search the web' },
}

const REASONS: Readonly<Partial<Record<ToolCallEntry['outcome'], string>>> = {
  'timed-out': 'took too long',
  refused: 'was not run',
  dropped: 'the caller spoke, or the call ended, first',
}

/** A tool that was used, in one line: what came of it, on what, and how long it took. */
export function tellTool({ name, outcome, detail, durationMs }: ToolCallEntry): string {
  const known = WORDS[name]
  const words = known ?? { done: `Used ${name}`, running: `Is using ${name}`, not: `Could not use ${name}` }
  const what = outcome === 'ok' ? words.done : outcome === 'running' ? words.running : words.not
  const reason = REASONS[outcome]
  const took = outcome === 'ok' && durationMs !== undefined ? `${Math.round(durationMs).toLocaleString('en')} ms` : ''
  return [`${what}${detail ? `: ${detail}` : ''}`, reason ?? '', took].filter(Boolean).join(' · ')
}
