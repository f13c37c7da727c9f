import type { IncomingMessage, ServerResponse } from 'node:http'
import { createSpeechRecogniser } from '../speech/index.ts'
import * as errors from './api-error.ts'
import type { ApiError } from './api-error.ts'
import type { StreamFault } from './chat-stream.ts'
import type { OpenAiFault, OpenAiRecord } from './types.ts'
import type { RealtimeLatencies } from './realtime-session.ts'
import { readSpeechRequest } from './speech-request.ts'
import { streamSpeech } from './stream-speech.ts'
import type { SpeechLatencies } from './stream-speech.ts'
import { readTranscriptionRequest } from './transcription-request.ts'

type AudioExchange = {
  request: IncomingMessage
  response: ServerResponse
  record: OpenAiRecord
  /** The body as it came. */
  raw: Buffer
  /** Ids that this key may use. */
  models: readonly string[]
  canPay: boolean
  fault: OpenAiFault | undefined
  latencies: SpeechLatencies & RealtimeLatencies
  reply(status: number, body: unknown): void
  refuse(error: ApiError): void
}

/** Answers `POST /v1/audio/speech` and `POST /v1/audio/transcriptions`. */
export async function answerAudio(exchange: AudioExchange): Promise<void> {
  const { record, refuse } = exchange
  if (record.path === '/v1/audio/speech') return speak(exchange)
  if (record.path === '/v1/audio/transcriptions') return transcribe(exchange)
  refuse({ ...errors.invalidRequest(`Invalid URL (${record.method} ${record.path})`), status: 404 })
}

function speak({ request, response, record, models, canPay, fault, latencies, refuse }: AudioExchange) {
  if (!/^application\/json\b/.test(request.headers['content-type'] ?? '') || record.body === undefined) {
    return refuse(errors.invalidRequest('We could not parse the JSON body of your request.'))
  }
  const read = readSpeechRequest(record.body, models)
  if ('error' in read) return refuse(read.error)
  if (!canPay) return refuse(errors.insufficientQuota)
  record.answer = read.request.input
  streamSpeech({
    response,
    text: read.request.input,
    latencies,
    fault: fault as StreamFault | undefined,
    onFault: () => {
      record.outcome = 'faulted'
    },
  })
}

async function transcribe(exchange: AudioExchange): Promise<void> {
  const { request, response, record, raw, models, canPay, fault, latencies, reply, refuse } = exchange
  const read = await readTranscriptionRequest({ raw, contentType: request.headers['content-type'] ?? '', models })
  if ('error' in read) return refuse(read.error)
  if (!canPay) return refuse(errors.insufficientQuota)
  const { audio, ...fields } = read.request
  record.body = fields
  if (fault === 'close-mid-stream') {
    record.outcome = 'faulted'
    return void response.destroy()
  }
  const words: string[] = []
  const recogniser = createSpeechRecogniser({
    encoding: 'mulaw',
    interimEveryMs: 0,
    onEvent: (event) => {
      if (event.type === 'final') words.push(...event.words.map(({ text }) => text))
    },
  })
  recogniser.write(audio)
  recogniser.flush()
  record.answer = words.join(' ')
  const wait = setTimeout(() => {
    const body = { text: record.answer, usage: { type: 'duration', seconds: Math.ceil(audio.length / 8000) } }
    if (fields.responseFormat === 'text') response.writeHead(200, { 'content-type': 'text/plain' }).end(record.answer)
    else reply(200, body)
  }, latencies.transcriptMs)
  response.on('close', () => clearTimeout(wait))
}
