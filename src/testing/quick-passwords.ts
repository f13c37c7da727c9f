import crypto from 'node:crypto'

/** What Payload hashes passwords with; the product's own derivations choose other numbers. */
const PAYLOAD_ITERATIONS = 600_000
const QUICK = Symbol.for('patchbay.quick-passwords')

/**
 * Lets test servers hash passwords in a thousandth of the time: suites sign up hundreds of people, and nothing but that
 * is what they would wait for. The browser tests run the product as it is.
 */
const { pbkdf2 } = crypto
if (!(QUICK in pbkdf2)) {
  const quick: typeof crypto.pbkdf2 = (password, salt, iterations, ...rest) =>
    pbkdf2(password, salt, iterations === PAYLOAD_ITERATIONS ? iterations / 1_000 : iterations, ...rest)
  crypto.pbkdf2 = Object.assign(quick, { [QUICK]: true })
}
