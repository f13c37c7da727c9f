import type { TranscriptEntry } from './types.ts'

const ESCAPED: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }

/** A transcript as the captions of its recording: a data URL of WebVTT. */
export function toCaptions(transcript: readonly TranscriptEntry[]): string {
  const cues = transcript.map(({ speaker, text, heard, startMs, endMs }) => {
    const words = (heard ?? text).replace(/\s+/g, ' ').replace(/[&<>]/g, (sign) => ESCAPED[sign] ?? sign)
    return `${toTimestamp(startMs)} --> ${toTimestamp(Math.max(endMs, startMs + 1))}\n${speaker === 'agent' ? 'Agent' : 'Caller'}: ${words}`
  })
  return `data:text/vtt;charset=utf-8,${encodeURIComponent(['WEBVTT', ...cues].join('\n\n'))}`
}

/** `01:02:03.004`. */
function toTimestamp(ms: number): string {
  const whole = Math.max(0, Math.round(ms))
  const parts = [Math.floor(whole / 3_600_000), Math.floor(whole / 60_000) % 60, Math.floor(whole / 1_000) % 60]
  return `${parts.map((part) => String(part).padStart(2, '0')).join(':')}.${String(whole % 1_000).padStart(3, '0')}`
}
