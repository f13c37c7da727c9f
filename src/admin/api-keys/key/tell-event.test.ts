import { describe, expect, it } from '@jest/globals'
import { tellEvent } from './tell-event.ts'
import type { HistoryEntry } from './types.ts'

const tell = (entry: Partial<HistoryEntry>) => {
  const { sentence, note } = tellEvent({
    id: 1,
    at: '2026-11-21T00:00:00.000Z',
    action: 'key.tested',
    result: 'ok',
    actor: { name: 'ada@example.com' },
    ...entry,
  })
  return [sentence, note]
}

describe('an event of a key', () => {
  it('should be told in words, with its version, its purpose and its state', () => {
    expect(tell({ action: 'key.used', version: 2, purpose: 'tts' })).toEqual(['Used the key', 'version 2, to speak'])
    expect(tell({ version: 1, purpose: 'check', details: { status: 'out-of-credit' } })).toEqual([
      'Tested the key',
      'version 1, out of credit',
    ])
  })

  it('should say what was refused', () => {
    expect(tell({ action: 'key.replaced', result: 'refused' })[0]).toBe(
      'Tried to replace the key with one that was rejected',
    )
    expect(tell({ action: 'key.deleted', result: 'failed' })[0]).toBe('Deleted the key: failed')
  })

  it('should name a change for what was changed', () => {
    expect(tell({ action: 'key.changed', details: { fields: ['ownerExpiresAt'] } })[0]).toBe('Changed its expiry date')
    expect(tell({ action: 'key.changed', details: { fields: ['defaults'] } })[0]).toBe(
      'Changed what is noted of the key',
    )
  })

  it('should tell even what it has no words for', () => {
    expect(tell({ action: 'key.cloned-somewhere' })[0]).toBe('Key cloned somewhere')
  })
})
