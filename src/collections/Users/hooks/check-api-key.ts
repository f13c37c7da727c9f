import { ValidationError } from 'payload'
import type { CollectionBeforeValidateHook } from 'payload'
import { USERS } from '../../slugs.ts'

/** The panel makes a UUID. Nothing locks after wrong attempts at an API key, so it must not be one that can be guessed. */
const SHORTEST = 32
const FEWEST_CHARACTERS = 8
const RULE = `Use an API key of at least ${SHORTEST} random characters.`

/** Holds an API key that somebody chooses to what the panel would have made. */
export const checkApiKey: CollectionBeforeValidateHook = ({ data }) => {
  const key: unknown = data?.apiKey
  if (typeof key === 'string' && key !== '' && (key.length < SHORTEST || new Set(key).size < FEWEST_CHARACTERS)) {
    throw new ValidationError({ collection: USERS, errors: [{ message: RULE, path: 'apiKey' }] })
  }
  return data
}
