import { describe, expect, it } from '@jest/globals'
import { toExportQuery } from './to-export-query.ts'
import { toLines } from './to-lines.ts'

describe('the details of an event', () => {
  it('should be lines with names in words', () => {
    expect(
      toLines({ changedFields: ['apiKey', 'defaults'], isTest: true, from: { role: 'viewer' }, to: null }),
    ).toEqual([
      { name: 'changed fields', text: 'apiKey, defaults' },
      { name: 'is test', text: 'yes' },
      { name: 'from › role', text: 'viewer' },
      { name: 'to', text: '—' },
    ])
  })

  it('should be none where there are none', () => {
    expect([null, undefined, [], 'text', {}].map(toLines)).toEqual([[], [], [], [], []])
  })
})

describe('what is exported of a list', () => {
  it('should be what the list is filtered by', () => {
    const where = {
      or: [
        {
          and: [
            { action: { equals: 'key.used' } },
            { provider: { equals: 'openai' } },
            { at: { greater_than_equal: '2026-01-01T00:00:00.000Z' } },
            { at: { less_than: '2026-02-01T00:00:00.000Z' } },
            { result: { not_equals: 'ok' } },
          ],
        },
      ],
    }
    expect(toExportQuery({ format: 'csv', where })).toBe(
      'format=csv&action=key.used&provider=openai&from=2026-01-01T00%3A00%3A00.000Z&to=2026-02-01T00%3A00%3A00.000Z',
    )
  })

  it('should be everything where it is not filtered, or by one thing or another', () => {
    const either = {
      or: [{ and: [{ action: { equals: 'key.used' } }] }, { and: [{ action: { equals: 'key.stored' } }] }],
    }
    for (const where of [undefined, {}, either]) expect(toExportQuery({ format: 'jsonl', where })).toBe('format=jsonl')
  })
})
