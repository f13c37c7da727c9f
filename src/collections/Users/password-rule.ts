/** Long enough to stand guessing with the lockout; no longer than hashing should be made to chew on. */
const SHORTEST = 8
const LONGEST = 256

/** The rule, as people are told it. */
export const PASSWORD_RULE = `Use a password of ${SHORTEST} to ${LONGEST} characters that are not all the same.`

/** Whether a password may be set. */
export const isGoodPassword = (password: unknown): password is string =>
  typeof password === 'string' &&
  password.length >= SHORTEST &&
  password.length <= LONGEST &&
  new Set(password).size > 1
