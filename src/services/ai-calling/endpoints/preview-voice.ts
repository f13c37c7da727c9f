import type { Endpoint } from 'payload'
import { z } from 'zod'
import { personIdOf } from '../../../access/index.ts'
import { createAttemptLimiter } from '../../../auth/attempt-limiter.ts'
import { defineEndpoint, json, readBody } from '../../../rest/define-endpoint.ts'
import { choiceOf } from '../choice-of.ts'
import { requireAuthor } from '../require-author.ts'
import { speakSample } from '../speak-sample.ts'
import { toWav } from '../../../provider-kit/to-wav.ts'
import { withTenantKey } from '../with-tenant-key.ts'

const PREVIEWS_PER_MINUTE = 12
const DEADLINE_MS = 20_000
const SAMPLE_TEXT = 'Hello, thanks for calling. This is how I sound on the phone. How can I help you today?'

const bodySchema = z.strictObject({
  voice: z.string().trim().min(1).max(200).optional(),
  model: z.string().trim().min(1).max(200).optional(),
  language: z.string().trim().min(2).max(35).optional(),
  /** Spoken with the tenant's key, so kept short. */
  text: z.string().trim().min(1).max(200).optional(),
})

/** `POST /api/providers/:id/voices/preview`: a voice as callers hear it, a WAV file spoken with the workspace's key. */
export function createPreviewVoice(): Endpoint {
  const limiter = createAttemptLimiter({ limit: PREVIEWS_PER_MINUTE, windowMs: 60_000 })
  return defineEndpoint({
    path: '/providers/:id/voices/preview',
    method: 'post',
    async handler(req) {
      const { id: tenant } = await requireAuthor(req)
      const manifest = choiceOf(req, 'tts')
      const { voice = manifest.tts.defaultVoice, text = SAMPLE_TEXT, ...options } = await readBody(req, bodySchema)
      const waitSeconds = limiter.take(`${personIdOf(req.user)}:${tenant}`)
      if (waitSeconds > 0) return tooManyPreviews(waitSeconds)
      const sample = await withTenantKey({
        payload: req.payload,
        tenant,
        manifest,
        purpose: 'preview',
        deadlineMs: DEADLINE_MS,
        work: (context) =>
          speakSample({
            ...options,
            provider: manifest.id,
            providerName: manifest.name,
            tts: manifest.tts,
            context,
            voice,
            text,
          }),
      })
      return new Response(new Uint8Array(toWav(sample.audio, sample.encoding)), {
        headers: { 'Content-Type': 'audio/wav', 'Cache-Control': 'no-store' },
      })
    },
  })
}

function tooManyPreviews(waitSeconds: number): Response {
  const error = `That were many previews. Try again in ${waitSeconds} seconds.`
  const response = json(429, { error, code: 'too_many_previews' })
  response.headers.set('Retry-After', String(waitSeconds))
  return response
}
