import { createHmac, randomBytes } from 'node:crypto'

const PREFIX = 'whsec_'
/** The specification asks for 24 to 64. */
const SECRET_BYTES = 32

/** A fresh signing secret: `whsec_` and random bytes as base64. */
export const createWebhookSecret = (): string => `${PREFIX}${randomBytes(SECRET_BYTES).toString('base64')}`

type SignOptions = {
  /** The message's id, the same in every attempt. */
  id: string
  /** Seconds since 1970. */
  timestamp: number
  body: string
  /** Each as `createWebhookSecret` makes them; the one in use first. */
  secrets: readonly string[]
}

/**
 * The headers that prove where a webhook comes from and when it was sent, one signature for each secret.
 * Standard Webhooks: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export const signWebhook = ({ id, timestamp, body, secrets }: SignOptions): Record<string, string> => ({
  'webhook-id': id,
  'webhook-timestamp': String(timestamp),
  'webhook-signature': secrets
    .map((secret) => {
      const key = Buffer.from(secret.slice(PREFIX.length), 'base64')
      return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`
    })
    .join(' '),
})
