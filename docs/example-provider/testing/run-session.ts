import { randomUUID } from 'node:crypto'
import type { WebSocket } from 'ws'
import { z } from 'zod'
import { createSpeechRecogniser } from '../../../simulators/speech/index.ts'
import type { RecogniserEvent } from '../../../simulators/speech/index.ts'

/** Errors that a test asks for, by the type that Speechmatics gives them; and what no message tells. */
export type SpeechmaticsFault =
  | 'not_authorised'
  | 'not_allowed'
  | 'quota_exceeded'
  | 'timelimit_exceeded'
  | 'internal_error'
  | 'stall'
  | 'close-mid-sentence'

/** Source: speechmatics/docs, “Websocket errors” */
const CLOSES: Readonly<Record<string, number>> = {
  protocol_error: 1003,
  internal_error: 1011,
  not_authorised: 4001,
  not_allowed: 4003,
  invalid_model: 4004,
  quota_exceeded: 4005,
  timelimit_exceeded: 4006,
}

/** Source: speechmatics/docs, `spec/realtime.yaml` (StartRecognition, TranscriptionConfig) */
const start = z.strictObject({
  message: z.literal('StartRecognition'),
  audio_format: z.strictObject({
    type: z.literal('raw'),
    encoding: z.enum(['mulaw']),
    sample_rate: z.literal(8000),
  }),
  transcription_config: z.strictObject({
    language: z.string().regex(/^[a-z]{2,3}(_[a-z]{2})?$/),
    output_locale: z.enum(['en-GB', 'en-US', 'en-AU']).optional(),
    model: z.enum(['standard', 'enhanced', 'melia-1']).optional(),
    enable_partials: z.boolean().optional(),
    max_delay: z.number().min(0.7).max(4).optional(),
    conversation_config: z.strictObject({ end_of_utterance_silence_trigger: z.number().min(0).max(2) }).optional(),
    additional_vocab: z.array(z.string().min(1)).optional(),
  }),
})
const endOfStream = z.strictObject({ message: z.literal('EndOfStream'), last_seq_no: z.number().int().min(0) })

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** One stream's server side. */
export function runSession(socket: WebSocket, fault: SpeechmaticsFault | undefined): void {
  let hasStarted = false
  let seqNo = 0

  const send = (message: string, fields: object = {}) => {
    if (socket.readyState === socket.OPEN) socket.send(JSON.stringify({ message, ...fields }))
  }
  const tell = (message: string, fields: object = {}) => {
    if (fault !== 'stall') send(message, fields)
  }
  /** Every error is a message, then a close whose payload is the type. */
  const refuse = (type: string) => {
    send('Error', { type, reason: 'As the test asked for.' })
    socket.close(CLOSES[type] ?? 1008, type)
  }
  const onHeard = (event: RecogniserEvent) => {
    if (event.type === 'speech-started') {
      if (fault === 'close-mid-sentence') socket.close(1000)
      return
    }
    const words = event.words.map((word) => word.text).join(' ')
    if (words === '') return
    const metadata = { start_time: event.startMs / 1000, end_time: event.endMs / 1000, transcript: `${words} ` }
    tell(event.type === 'interim' ? 'AddPartialTranscript' : 'AddTranscript', { format: '2.9', metadata, results: [] })
    const end = { start_time: metadata.end_time, end_time: metadata.end_time }
    if (event.type === 'final' && !event.isContinued) tell('EndOfUtterance', { metadata: end })
  }
  const recogniser = createSpeechRecogniser({
    encoding: 'mulaw',
    endpointMs: 500,
    interimEveryMs: 200,
    onEvent: onHeard,
  })

  const begin = (data: Buffer) => {
    const request = start.safeParse(parse(String(data)))
    if (!request.success) return refuse('protocol_error')
    if (fault && fault !== 'stall' && fault !== 'close-mid-sentence') return refuse(fault)
    hasStarted = true
    return send('RecognitionStarted', { id: randomUUID(), orchestrator_version: '2026.02.24' })
  }
  socket.on('message', (data: Buffer, isBinary) => {
    if (!hasStarted) return isBinary ? refuse('protocol_error') : begin(data)
    if (isBinary) {
      seqNo++
      tell('AudioAdded', { seq_no: seqNo })
      return recogniser.write(data)
    }
    const end = endOfStream.safeParse(parse(String(data)))
    if (!end.success || end.data.last_seq_no !== seqNo) return refuse('protocol_error')
    recogniser.flush()
    return tell('EndOfTranscript')
  })
}
