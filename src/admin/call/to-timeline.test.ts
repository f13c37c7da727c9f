import { describe, expect, it } from '@jest/globals'
import { tellTool } from './tool-line.ts'
import { toTimeline } from './to-timeline.ts'

describe('what happened in a call', () => {
  it('should put tools between the words', () => {
    const said = (startMs: number) => ({ speaker: 'caller' as const, text: 'x', startMs, endMs: startMs + 1 })
    const tool = (startMs: number) => ({ name: 'web_search', outcome: 'ok' as const, startMs })
    const moments = toTimeline([said(0), said(500)], [tool(500), tool(100)])
    expect(moments.map(({ kind }) => kind)).toEqual(['said', 'used', 'said', 'used'])
  })

  it.each([
    [
      { name: 'transfer_call', outcome: 'ok', detail: 'Sales, +14155550123', durationMs: 1234 },
      'Handed the call over: Sales, +14155550123 · 1,234 ms',
    ],
    [{ name: 'transfer_call', outcome: 'refused', durationMs: 0 }, 'Could not hand the call over · was not run'],
    [{ name: 'web_search', outcome: 'running', detail: 'weather' }, 'Is searching the web: weather'],
    [{ name: 'web_search', outcome: 'timed-out', durationMs: 10_000 }, 'Could not search the web · took too long'],
    [{ name: 'invented', outcome: 'failed' }, 'Could not use invented'],
    [{ name: 'send_digits', outcome: 'dropped' }, 'Could not press keys · the caller spoke, or the call ended, first'],
  ] as const)('should tell %j', (tool, line) => {
    expect(tellTool({ startMs: 0, ...tool })).toBe(line)
  })
})
