import { randomBytes } from 'node:crypto'
import { createRequire } from 'node:module'
import { root } from './paths.mjs'

/** Variables of the product that a build or a test must not take from the developer's shell. */
const OWN = [
  'PORT',
  'HOST',
  'PUBLIC_URL',
  'DATABASE_URI',
  'REDIS_URL',
  'ENCRYPTION_KEY_FILE',
  'ENCRYPTION_KEYS_RETIRED',
  'ADMIN_EMAIL',
  'ADMIN_PASSWORD',
  'SIGNUP',
  'DEPLOY_ENV',
  'KEY_SOURCE',
  'LOG_LEVEL',
  'DRAIN_SECONDS',
]

/**
 * Takes over `.env.local`, `.env` and their like, as Next would do later; what the shell set wins.
 * Needs the dependencies.
 * @param {{ isDevelopment: boolean }} options
 */
export function loadEnvFiles({ isDevelopment }) {
  const { loadEnvConfig } = createRequire(import.meta.url)('@next/env')
  loadEnvConfig(root, isDevelopment, { info() {}, error: console.error })
}

/**
 * This process's variables without the product's own and with secrets for one run, so that nothing depends on the
 * machine and nothing is generated on disk. They are blanked, not removed: Next would fill removed ones from `.env`.
 * @param {Record<string, string>} [extra]
 */
export function neutralEnvironment(extra = {}) {
  const isForeign = ([name]) => !/^[A-Z0-9_]+_(BASE_URL|API_KEY)$/.test(name)
  return {
    ...Object.fromEntries(Object.entries(process.env).filter(isForeign)),
    ...Object.fromEntries(OWN.map((name) => [name, ''])),
    PAYLOAD_SECRET: randomBytes(32).toString('base64'),
    ENCRYPTION_KEY: randomBytes(32).toString('base64'),
    NEXT_TELEMETRY_DISABLED: '1',
    ...extra,
  }
}
