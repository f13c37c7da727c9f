import { APIError } from 'payload'
import type { CollectionAfterLoginHook, CollectionBeforeOperationHook, PayloadRequest } from 'payload'
import { createAttemptLimiter } from '../../../auth/attempt-limiter.ts'
import { clientAddressOf, isLocalClient } from '../../../auth/client-address.ts'
import { compositionOf } from '../../../composition.ts'

const WINDOW_MS = 15 * 60 * 1000
/** Beside Payload's lock of the account, which many accounts tried with one password never meet. */
const FAILED_SIGN_INS = 20
/** Each may send an e-mail to somebody, or guess the token of one. */
const RESETS = 10

const RESET_OPERATIONS: ReadonlySet<string> = new Set(['forgotPassword', 'resetPassword'])

/**
 * Hooks that let one address fail to sign in only so often, and ask for only so many resets of passwords. A developer's
 * own machine may try as it likes.
 */
export function createSignInLimit(): {
  beforeOperation: CollectionBeforeOperationHook
  afterLogin: CollectionAfterLoginHook
} {
  const signIns = createAttemptLimiter({ limit: FAILED_SIGN_INS, windowMs: WINDOW_MS })
  const resets = createAttemptLimiter({ limit: RESETS, windowMs: WINDOW_MS })
  return {
    beforeOperation({ args, operation, req }) {
      const client = clientToCount(req)
      if (client === undefined) return args
      if (operation === 'login') refuseAfter(signIns.take(client))
      else if (RESET_OPERATIONS.has(operation)) refuseAfter(resets.take(client))
      return args
    },
    afterLogin({ req }) {
      const client = clientToCount(req)
      if (client !== undefined) signIns.giveBack(client)
    },
  }
}

function clientToCount(req: PayloadRequest): string | undefined {
  if (req.payloadAPI === 'local') return undefined
  const address = clientAddressOf(req.headers)
  return isLocalClient(address) && !compositionOf(req.payload).environment.isDeployment ? undefined : address
}

function refuseAfter(waitSeconds: number): void {
  if (waitSeconds === 0) return
  const minutes = Math.ceil(waitSeconds / 60)
  const message = `There were too many attempts from your address. Try again in ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}.`
  throw new APIError(message, 429, { code: 'too_many_attempts' }, true)
}
