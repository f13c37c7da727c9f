import type { Endpoint } from 'payload'
import type { KeyCheckLimiter } from '../define-key-endpoint.ts'
import { changeKey } from './change-key.ts'
import { deleteKey } from './delete-key.ts'
import { getImpact } from './get-impact.ts'
import { listKeys } from './list-keys.ts'
import { replaceKey } from './replace-key.ts'
import { rollBackKey } from './roll-back-key.ts'
import { storeKey } from './store-key.ts'
import { validateKey } from './validate-key.ts'

/** Everything under `/api/user-api-keys`; one count of checks for all of it. */
export const createKeyEndpoints = (limiter: KeyCheckLimiter): Endpoint[] => [
  listKeys(),
  getImpact(),
  storeKey(limiter),
  validateKey(limiter),
  replaceKey(limiter),
  rollBackKey(limiter),
  changeKey(),
  deleteKey(),
]
