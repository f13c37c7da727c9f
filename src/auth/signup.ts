import type { Endpoint, PayloadRequest } from 'payload'
import { generatePayloadCookie } from 'payload/shared'
import { z } from 'zod'
import { appendAuditEvent } from '../audit/append-audit-event.ts'
import { TENANTS, USERS } from '../collections/slugs.ts'
import { PASSWORD_RULE, isGoodPassword } from '../collections/Users/password-rule.ts'
import { compositionOf } from '../composition.ts'
import type { Environment } from '../env/index.ts'
import { ApiError } from '../rest/api-error.ts'
import { defineEndpoint, json, readBody } from '../rest/define-endpoint.ts'
import { createAttemptLimiter } from './attempt-limiter.ts'
import type { AttemptLimiter } from './attempt-limiter.ts'
import { clientAddressOf, isLocalClient } from './client-address.ts'
import { createAccount } from './create-account.ts'

const ATTEMPTS = { limit: 20, windowMs: 15 * 60 * 1000 }

const bodySchema = z.object({
  email: z.string().trim().max(254).pipe(z.email('an e-mail address, such as ada@example.com')),
  password: z.string().refine(isGoodPassword, PASSWORD_RULE),
  name: z.string().trim().min(1, 'your name').max(80, 'at most 80 characters'),
})

/** `POST /api/auth/signup`: makes the user, a tenant of their own and the owner's membership, and signs them in. */
export function createSignup(): Endpoint {
  const limiter = createAttemptLimiter(ATTEMPTS)
  return defineEndpoint({
    path: '/auth/signup',
    method: 'post',
    async handler(req) {
      const { environment } = compositionOf(req.payload)
      refuseWhenClosed(environment)
      refuseTooMany({ req, environment, limiter })
      const body = await readBody(req, bodySchema)
      const { tenant } = await createAccount({ payload: req.payload, account: body })
      const { token, user } = await req.payload.login({
        collection: USERS,
        overrideAccess: true,
        depth: 0,
        data: { email: body.email, password: body.password },
      })
      if (!token || !user) throw new Error('signing in with the new account gave no token')
      await appendAuditEvent({
        payload: req.payload,
        tenant: tenant.id,
        actor: user,
        action: 'tenant.created',
        subject: { collection: TENANTS, id: tenant.id },
        result: 'ok',
      })
      return signedIn({ req, token, body: { token, user: toPublicUser(user), tenant } })
    },
  })
}

function refuseWhenClosed({ signup }: Environment): void {
  if (signup === 'open') return
  const message =
    signup === 'invite'
      ? 'New accounts are by invitation here. Ask the people who run this platform to make one for you.'
      : 'New accounts cannot be made here. Ask the people who run this platform.'
  throw new ApiError({ status: 403, code: 'signup_closed', message })
}

type RefuseTooManyOptions = { req: PayloadRequest; environment: Environment; limiter: AttemptLimiter }

/** One machine may try so often and no more; a developer's own machine may try as it likes. */
function refuseTooMany({ req, environment, limiter }: RefuseTooManyOptions): void {
  const address = clientAddressOf(req.headers)
  if (isLocalClient(address) && !environment.isDeployment) return
  const waitSeconds = limiter.take(address ?? 'unknown')
  if (waitSeconds === 0) return
  throw new ApiError({
    status: 429,
    code: 'too_many_attempts',
    message: `There were too many attempts from your address. Try again in ${Math.ceil(waitSeconds / 60)} minutes.`,
    details: { retryAfterSeconds: waitSeconds },
  })
}

type PublicUserFields = { id: unknown; email?: unknown; name?: unknown; role?: unknown; memberships?: unknown }

const toPublicUser = (user: object) => {
  const { id, email, name, role, memberships } = user as PublicUserFields
  return { id, email, name, role, memberships }
}

function signedIn({ req, token, body }: { req: PayloadRequest; token: string; body: unknown }): Response {
  const { config, collections } = req.payload
  const response = json(201, body)
  const auth = collections[USERS]?.config.auth
  if (auth) {
    const cookie = generatePayloadCookie({ collectionAuthConfig: auth, cookiePrefix: config.cookiePrefix, token })
    response.headers.append('Set-Cookie', String(cookie))
  }
  return response
}
