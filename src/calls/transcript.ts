/** One thing said. Times in ms from the start of the call. */
export type TranscriptEntry = {
  speaker: 'caller' | 'agent'
  /** What was said; of the agent, all it set out to say. */
  text: string
  /** Of the caller: the keys pressed instead of words, in their order; `text` then says so. */
  keys?: string
  /** Of the agent, when it was interrupted or is still speaking: what the caller really heard. */
  heard?: string
  interrupted?: boolean
  startMs: number
  endMs: number
}

export type Transcript = {
  addCaller(entry: { text: string; startMs: number; endMs: number }): void
  addKeys(entry: { keys: string; startMs: number; endMs: number }): void
  /** An answer becomes audible. It stays open until `closeAgent`. */
  openAgent(startMs: number): void
  closeAgent(entry: { text: string; heard?: string; endMs: number }): void
  /** Counts changes: same number, same transcript. */
  revision(): number
  /** A copy. @param live words of the answer that is being spoken, which has an end only later */
  entries(live?: { text: string; heard: string; endMs: number }): TranscriptEntry[]
}

export function createTranscript(): Transcript {
  const entries: TranscriptEntry[] = []
  let open: TranscriptEntry | undefined
  let revision = 0

  return {
    addCaller({ text, startMs, endMs }) {
      entries.push({ speaker: 'caller', text, startMs, endMs: Math.max(startMs, endMs) })
      revision++
    },
    addKeys({ keys, startMs, endMs }) {
      entries.push({ speaker: 'caller', text: `Pressed ${[...keys].join(' ')}`, keys, startMs, endMs })
      revision++
    },
    openAgent(startMs) {
      open = { speaker: 'agent', text: '', startMs, endMs: startMs }
      entries.push(open)
      revision++
    },
    closeAgent({ text, heard, endMs }) {
      if (!open) return
      Object.assign(open, { text, endMs })
      if (heard !== undefined) Object.assign(open, { heard, interrupted: true })
      open = undefined
      revision++
    },
    revision: () => revision,
    entries: (live) => entries.map((entry) => (entry === open && live ? { ...entry, ...live } : { ...entry })),
  }
}
