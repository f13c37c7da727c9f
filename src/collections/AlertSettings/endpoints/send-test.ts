import type { Endpoint } from 'payload'
import { personIdOf } from '../../../access/index.ts'
import { sendTestAlert } from '../../../alerts/send-test.ts'
import { createAttemptLimiter } from '../../../auth/attempt-limiter.ts'
import { ApiError } from '../../../rest/api-error.ts'
import { json } from '../../../rest/define-endpoint.ts'
import { defineSettingsEndpoint } from '../define-settings-endpoint.ts'

const WINDOW_MS = 60_000
/** Within a minute, of one person and of a whole workspace. */
const PERSON_LIMIT = 5
const WORKSPACE_LIMIT = 10

/**
 * `POST /api/alert-settings/test`: sends a test by every channel that is set up, the mail to whoever asks, and answers
 * how it went: `{email, webhook}`, each `{at, ok, status}` or null. 409 `no_channel` where none is set up, 429
 * `too_many_tests`.
 */
export function createSendTest(): Endpoint {
  const people = createAttemptLimiter({ limit: PERSON_LIMIT, windowMs: WINDOW_MS })
  const workspaces = createAttemptLimiter({ limit: WORKSPACE_LIMIT, windowMs: WINDOW_MS })
  return defineSettingsEndpoint({
    path: '/alert-settings/test',
    method: 'post',
    async handler({ req, tenant }) {
      const waitSeconds = Math.max(people.take(String(personIdOf(req.user))), workspaces.take(String(tenant)))
      if (waitSeconds > 0) return tooManyTests(waitSeconds)
      const { email } = req.user as { email: string }
      const outcome = await sendTestAlert({ payload: req.payload, tenant, recipient: email })
      if (outcome.email || outcome.webhook) return outcome
      throw new ApiError({
        status: 409,
        code: 'no_channel',
        message: 'There is nothing to test: set up a webhook with its secret, or e-mail to the owners.',
      })
    },
  })
}

function tooManyTests(waitSeconds: number): Response {
  const response = json(429, {
    error: `That were too many tests. Try again in ${waitSeconds} seconds.`,
    code: 'too_many_tests',
  })
  response.headers.set('Retry-After', String(waitSeconds))
  return response
}
