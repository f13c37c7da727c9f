import { z } from 'zod'
import type { SimulatorAnswer, SimulatorRequest } from '../kit/index.ts'
import type { HumeSimulatedKey } from './types.ts'

/** Hume's library; the first is the plugin's own choice. */
export const LIBRARY = [
  { id: '9e068547-5ba4-4c8e-8e03-69282a008f04', name: 'Male English Actor' },
  { id: 'd8ab67c6-953d-4bd8-9370-8fa53a0f1453', name: 'Ava Song' },
  { id: 'b201d214-914c-4d0a-b8e4-54adfc14a0dd', name: 'Inspiring Woman' },
]

/** Source: SDK `hume` 0.16.0, type `VoicesListRequest` */
const voicesQuery = z.strictObject({
  provider: z.enum(['HUME_AI', 'CUSTOM_VOICE']),
  page_number: z.coerce.number().int().min(0).default(0),
  page_size: z.coerce.number().int().min(1).max(100).default(10),
  ascending_order: z.string().optional(),
  filter_tag: z.string().optional(),
})

/** Source: https://dev.hume.ai, error answers of the new platform: `message` and `request_id`, no code */
export const refusal = (status: number, message: string): SimulatorAnswer => ({
  status,
  body: { message, request_id: '4f1a2b3c-0000-4000-8000-000000000000' },
})

/** `GET /v0/tts/voices`, in pages that count from 0. */
export const answerRest = (request: SimulatorRequest, { customVoices = [] }: HumeSimulatedKey): SimulatorAnswer => {
  if (request.method !== 'GET' || request.path !== '/v0/tts/voices') return refusal(404, 'Not found')
  const parsed = voicesQuery.safeParse(Object.fromEntries(request.query))
  if (!parsed.success) return { status: 422, body: { detail: parsed.error.issues } }
  const { provider, page_number: page, page_size: size } = parsed.data
  const own = customVoices.map((id) => ({ id, name: `Own ${id}` }))
  const all = provider === 'HUME_AI' ? LIBRARY : own
  return {
    status: 200,
    body: {
      page_number: page,
      page_size: size,
      total_pages: Math.ceil(all.length / size),
      voices_page: all.slice(page * size, (page + 1) * size).map((voice) => ({ ...voice, provider })),
    },
  }
}
