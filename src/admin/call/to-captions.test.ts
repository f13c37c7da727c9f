import { describe, expect, it } from '@jest/globals'
import { toCaptions } from './to-captions.ts'

describe('toCaptions', () => {
  it('should be WebVTT with what the caller heard, whatever was said', () => {
    const url = toCaptions([
      {
        speaker: 'agent',
        text: 'Hello there, friend',
        heard: 'Hello there',
        interrupted: true,
        startMs: 0,
        endMs: 900,
      },
      { speaker: 'caller', text: 'A <b>\n\n00:00.000 --> 00:09.000 & more', startMs: 3_723_004, endMs: 3_723_004 },
    ])
    const [type, text] = url.split(',')
    expect(type).toBe('data:text/vtt;charset=utf-8')
    expect(decodeURIComponent(text ?? '')).toBe(
      [
        'WEBVTT',
        '00:00:00.000 --> 00:00:00.900\nAgent: Hello there',
        '01:02:03.004 --> 01:02:03.005\nCaller: A &lt;b&gt; 00:00.000 --&gt; 00:09.000 &amp; more',
      ].join('\n\n'),
    )
  })
})
