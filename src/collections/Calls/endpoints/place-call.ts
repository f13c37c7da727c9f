import type { Payload } from 'payload'
import { z } from 'zod'
import type { DocumentId } from '../../../access/index.ts'
import { ApiError, isApiError } from '../../../rest/api-error.ts'
import { defineEndpoint, json, readBody } from '../../../rest/define-endpoint.ts'
import { getRuntime } from '../../../server/runtime.ts'
import { CALLS } from '../../slugs.ts'
import { requireCaller } from './find-call.ts'

const phoneNumber = z
  .string()
  .trim()
  .regex(/^\+[1-9]\d{6,14}$/, 'write it with plus and country code, +15551234567')

const outboundCall = z
  .strictObject({
    agent: z.union([z.string().min(1).max(100), z.number().int().positive()]),
    to: phoneNumber,
    from: phoneNumber.optional(),
    variables: z
      .record(z.string().max(100), z.union([z.string().max(4000), z.number(), z.boolean()]).transform(String))
      .refine((values) => Object.keys(values).length <= 100, 'at most 100')
      .default({}),
    machineDetection: z.enum(['off', 'hang-up', 'leave-message']).default('hang-up'),
    voicemailMessage: z.string().trim().min(1).max(1000).optional(),
    ringSeconds: z.number().int().min(5).max(120).default(30),
  })
  .refine(({ machineDetection, voicemailMessage }) => machineDetection !== 'leave-message' || voicemailMessage, {
    path: ['voicemailMessage'],
    message: 'say what is to be left',
  })

/**
 * `POST /api/calls/outbound`: calls somebody. 202 `{ call }` once the carrier took the call; everything else is refused
 * before anything is dialled, but what the carrier itself refuses: 422 `carrier_refused` with the call, whose record says
 * why. For owners and editors. docs/calls.md lists the answers.
 */
export const placeCall = defineEndpoint({
  path: '/outbound',
  method: 'post',
  async handler(req) {
    const tenant = await requireCaller(req, 'place its calls')
    const body = await readBody(req, outboundCall)
    const { placeCall: place } = getRuntime()
    if (!place) {
      throw new ApiError({ status: 503, code: 'no_telephony', message: 'This server places no calls at the moment.' })
    }
    try {
      const agent = toDocumentId(body.agent, req.payload)
      const id = await place({ ...body, agent, tenantId: tenant.id })
      const call = await req.payload.findByID({
        collection: CALLS,
        id,
        overrideAccess: false,
        req,
        depth: 0,
        select: CALL_FIELDS,
      })
      return json(202, { call })
    } catch (error) {
      if (!isApiError(error) || error.status !== 429) throw error
      const { message, code, details } = error
      const answer = json(429, { error: message, code, ...details })
      answer.headers.set('Retry-After', String(details.retryAfterSeconds))
      return answer
    }
  },
})

/** An id as the database keeps them; one that no document can have is that of none. */
const toDocumentId = (id: string | number, payload: Payload): DocumentId => {
  const text = String(id)
  if (payload.db.defaultIDType === 'number') return /^\d{1,15}$/.test(text) ? Number(text) : 0
  return /^[0-9a-f]{24}$/i.test(text) ? text : '0'.repeat(24)
}

const CALL_FIELDS = {
  publicId: true,
  direction: true,
  status: true,
  endedReason: true,
  provider: true,
  carrierCallId: true,
  from: true,
  to: true,
  agent: true,
  agentName: true,
  startedAt: true,
} as const
