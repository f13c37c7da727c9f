import { describe, expect, it } from '@jest/globals'
import { createTranscript } from './transcript.ts'

describe('transcript', () => {
  it('shows a live answer as far as it got without changing the record', () => {
    const transcript = createTranscript()
    transcript.openAgent(100)
    expect(transcript.entries({ text: 'Hello there', heard: 'Hello', endMs: 300 })).toEqual([
      { speaker: 'agent', text: 'Hello there', heard: 'Hello', startMs: 100, endMs: 300 },
    ])
    const before = transcript.revision()
    transcript.closeAgent({ text: 'Hello there', endMs: 500 })
    expect(transcript.revision()).not.toBe(before)
    expect(transcript.entries()).toEqual([{ speaker: 'agent', text: 'Hello there', startMs: 100, endMs: 500 }])
  })
})
