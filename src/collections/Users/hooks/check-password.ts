import { ValidationError } from 'payload'
import type { CollectionBeforeValidateHook } from 'payload'
import { USERS } from '../../slugs.ts'
import { PASSWORD_RULE, isGoodPassword } from '../password-rule.ts'

/** Holds every way of setting a password to the same rule as sign-up. */
export const checkPassword: CollectionBeforeValidateHook = ({ data }) => {
  const password: unknown = data?.password
  if (password !== undefined && password !== null && !isGoodPassword(password)) {
    throw new ValidationError({ collection: USERS, errors: [{ message: PASSWORD_RULE, path: 'password' }] })
  }
  return data
}
