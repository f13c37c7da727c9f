import type { ServerResponse } from 'node:http'
import { synthesizeLinearSpeech } from '../tone-speech/index.ts'
import type { StreamFault } from './chat-stream.ts'

/** 40 ms of 24 kHz samples and one byte: no chunk ends where a sample does. */
const CHUNK_BYTES = 24 * 40 * 2 + 1

export type SpeechLatencies = {
  /** From the request until the first audio, in ms. */
  firstAudioMs: number
  /** Time of generation for a second of audio: 0.1 is ten times faster than real time. */
  realTimeFactor: number
}

type StreamSpeechOptions = {
  response: ServerResponse
  text: string
  latencies: SpeechLatencies
  fault?: StreamFault
  onFault(): void
}

/**
 * Speaks a text in tones as 24 kHz samples, chunk by chunk; ends by itself when the client goes away.
 * Source: https://developers.openai.com/api/docs/guides/text-to-speech (`pcm`: 24 kHz, 16-bit signed, little-endian)
 */
export function streamSpeech({ response, text, latencies, fault, onFault }: StreamSpeechOptions): void {
  const audio = synthesizeLinearSpeech(text, { factor: 3 })
  const half = Math.floor(audio.length / 2)
  let at = 0
  let timer: NodeJS.Timeout | undefined
  response.on('close', () => clearTimeout(timer))
  const fail = (end: () => void) => {
    onFault()
    end()
  }

  const step = () => {
    if (at === 0) response.writeHead(200, { 'content-type': 'audio/pcm' })
    if (fault === 'stall-before-first-token') return fail(() => response.flushHeaders())
    const chunk = audio.subarray(at, at + CHUNK_BYTES)
    at += chunk.length
    response.write(chunk)
    if (fault === 'stall-after-first-token') return fail(() => {})
    if (fault !== undefined && at >= half) return fail(() => response.destroy())
    if (at >= audio.length) return response.end()
    timer = setTimeout(step, (chunk.length / 48) * latencies.realTimeFactor)
  }
  timer = setTimeout(step, latencies.firstAudioMs)
}
