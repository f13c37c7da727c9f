import { createHash } from 'node:crypto'
import type { AudioInput } from './audio-input.ts'
import type { RecognisedWord, RecogniserEvent } from '../speech/recogniser.ts'
import { createSpeechRecogniser } from '../speech/recogniser.ts'
import { CONFIDENCE, toV1Words, transcriptOf } from './transcript.ts'
import type { ListenSession, SessionContext } from './listen-session.ts'

/** Speech of this length gets its first words settled before it ends, as Deepgram does on long sentences. */
const SEGMENT_MS = 2000

/** One `/v1/listen` stream. Source: deepgram-api-specs asyncapi.yml (ListenV1). */
export function createV1Session(context: SessionContext, input: AudioInput): ListenSession {
  const { query, library, latencies, timeline, session } = context
  const isOn = (name: string) => query.get(name) === 'true'
  const isFormatted = isOn('smart_format') || isOn('punctuate')
  const endpointing = query.get('endpointing') ?? '10'
  const endpointMs = endpointing === 'false' ? 60_000 : Math.max(20, Number(endpointing) || 10)
  const utteranceEndMs = Number(query.get('utterance_end_ms') ?? 0)
  /** Words of the speech in hand that a segment has settled. */
  let settled = 0
  let segmentStartMs = 0
  /** Where the last word ended that no UtteranceEnd was told of. */
  let lastWordEndMs: number | undefined
  let isFlushing = false

  const sendResults = (results: {
    words: readonly RecognisedWord[]
    endMs: number
    isFinal: boolean
    isSpeechFinal: boolean
    delayMs: number
  }) => {
    const { words, endMs, isFinal, isSpeechFinal, delayMs } = results
    const transcript = transcriptOf(words, isFormatted)
    const confidence = words.length > 0 ? CONFIDENCE : 0
    const start = segmentStartMs / 1000
    const message = {
      type: 'Results',
      channel_index: [0, 1],
      duration: Math.max(0, endMs / 1000 - start),
      start,
      is_final: isFinal,
      speech_final: isSpeechFinal,
      from_finalize: isFinal && isFlushing,
      channel: { alternatives: [{ transcript, confidence, words: toV1Words(words) }] },
      metadata: {
        request_id: session.id,
        model_info: { name: 'general-nova-3', version: '2026-03-31.0', arch: 'nova-3' },
        model_uuid: '2187e11a-3532-4498-b076-81fa530bdd49',
      },
    }
    if (isFinal) segmentStartMs = endMs
    if (isFinal && transcript) session.transcripts.push(transcript)
    timeline.after(delayMs, () => context.send(message))
  }

  const onEvent = (event: RecogniserEvent) => {
    if (event.type === 'speech-started') {
      settled = 0
      context.onSpeech()
      const message = { type: 'SpeechStarted', channel: [0, 1], timestamp: event.atMs / 1000 }
      if (isOn('vad_events')) timeline.after(latencies.interimMs, () => context.send(message))
      return
    }
    const words = event.words.slice(settled)
    const { endMs } = event
    const last = words.at(-1)
    if (last) lastWordEndMs = last.endMs
    if (event.type === 'final') {
      const delayMs = isFlushing ? 0 : Math.max(0, latencies.finalMs - endpointMs)
      sendResults({ words, endMs, isFinal: true, isSpeechFinal: true, delayMs })
      return
    }
    const isLong = words.length > 1 && endMs - Math.max(segmentStartMs, event.startMs) >= SEGMENT_MS
    if (isLong) settled += words.length
    const isSent = isLong || isOn('interim_results')
    if (isSent) sendResults({ words, endMs, isFinal: isLong, isSpeechFinal: false, delayMs: latencies.interimMs })
  }
  const recogniser = createSpeechRecogniser({ encoding: input.encoding, library, endpointMs, onEvent })

  const flush = () => {
    isFlushing = true
    recogniser.flush()
    isFlushing = false
  }
  const tellUtteranceEnd = () => {
    if (utteranceEndMs === 0 || lastWordEndMs === undefined) return
    if (recogniser.isSpeaking || recogniser.audioMs - lastWordEndMs < utteranceEndMs) return
    const message = { type: 'UtteranceEnd', channel: [0, 1], last_word_end: lastWordEndMs / 1000 }
    lastWordEndMs = undefined
    timeline.after(0, () => context.send(message))
  }
  const end = () => {
    flush()
    const metadata = {
      type: 'Metadata',
      transaction_key: 'deprecated',
      request_id: session.id,
      sha256: createHash('sha256').update(session.id).digest('hex'),
      created: new Date().toISOString(),
      duration: recogniser.audioMs / 1000,
      channels: 1,
    }
    timeline.after(0, () => {
      context.send(metadata)
      context.close(1000, '')
    })
  }

  return {
    onAudio(audio) {
      // Deprecated, and still the same as CloseStream. Source: docs/stt-troubleshooting-websocket-data-and-net-errors
      if (audio.length === 0) return end()
      recogniser.write(input.convert(audio))
      tellUtteranceEnd()
    },
    onMessage(message) {
      if (message?.type === 'KeepAlive') session.keepAlives++
      else if (message?.type === 'Finalize') flush()
      else if (message?.type === 'CloseStream') end()
      else context.close(1008, 'DATA-0000')
    },
    dispose() {},
  }
}
