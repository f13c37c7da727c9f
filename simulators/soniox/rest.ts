import type { SimulatorAnswer, SimulatorRequest } from '../kit/index.ts'
import { refusal } from './errors.ts'

const model = (id: string, mode: 'real_time' | 'async') => ({
  id,
  aliased_model_id: null,
  name: `Speech-to-Text ${id}`,
  context_version: 2,
  transcription_mode: mode,
  languages: [
    { code: 'de', name: 'German' },
    { code: 'en', name: 'English' },
  ],
  supports_language_hints_strict: true,
  supports_max_endpoint_delay: mode === 'real_time',
  supports_endpoint_sensitivity: mode === 'real_time',
})

/** The REST calls that a key check makes. Source: @soniox/node 2.3.0 (`SonioxModel`, `ConcurrencyLimitsResponse`) */
export function answerRest(options: {
  request: SimulatorRequest
  maxStreams: number
  openStreams: number
  requestId: string
}): SimulatorAnswer {
  const { request, maxStreams, openStreams, requestId } = options
  if (request.method !== 'GET') return refusal({ status: 404, requestId })
  if (request.path === '/v1/models') {
    const models = [model('stt-rt-v5', 'real_time'), model('stt-rt-v4', 'real_time'), model('stt-async-v5', 'async')]
    return { status: 200, body: { models } }
  }
  if (request.path !== '/v1/concurrency-limits') return refusal({ status: 404, requestId })
  const current = { transcribe_concurrent: openStreams, tts_concurrent: 0 }
  return {
    status: 200,
    body: {
      project: { current, limits: { transcribe_concurrent: maxStreams, tts_concurrent: null } },
      organization: { current, limits: { transcribe_concurrent: null, tts_concurrent: 3 } },
    },
  }
}
