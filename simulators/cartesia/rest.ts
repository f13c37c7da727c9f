import { z } from 'zod'
import type { SimulatorAnswer, SimulatorRequest } from '../kit/index.ts'
import type { Account } from './account.ts'
import * as errors from './api-error.ts'
import { LIBRARY, toVoice } from './catalogue.ts'

const flag = z.enum(['true', 'false']).optional()

/** Source: SDK `@cartesia/cartesia-js` 4.2.0, type `VoiceListParams` */
const voicesQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).default(10),
  starting_after: z.string().optional(),
  is_owner: flag,
  q: z.string().optional(),
})

const listVoices = ({ query }: SimulatorRequest, { ownVoices }: Account): SimulatorAnswer => {
  const parsed = voicesQuery.safeParse(Object.fromEntries(query))
  if (!parsed.success) return errors.toAnswer(errors.invalidRequest(z.prettifyError(parsed.error)))
  const { limit, starting_after: after, is_owner: isOwner } = parsed.data
  const all = [
    ...(isOwner === 'true' ? [] : LIBRARY.map((id) => toVoice(id, false))),
    ...(isOwner === 'false' ? [] : ownVoices.map((id) => toVoice(id, true))),
  ]
  const from = after === undefined ? 0 : all.findIndex(({ id }) => id === after) + 1
  if (after !== undefined && from === 0) return errors.toAnswer(errors.invalidRequest('starting_after is no voice.'))
  const data = all.slice(from, from + limit)
  const hasMore = from + limit < all.length
  return { status: 200, body: { data, has_more: hasMore, next_page: hasMore ? data.at(-1)?.id : null } }
}

/** The HTTP side: voices in pages. */
export const answerRest = (request: SimulatorRequest, account: Account): SimulatorAnswer => {
  if (request.method === 'GET' && request.path === '/voices') return listVoices(request, account)
  return errors.toAnswer(errors.notFound)
}
