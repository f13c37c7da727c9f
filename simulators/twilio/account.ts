import { createHmac, randomBytes } from 'node:crypto'
import type { CalleeScript } from '../carrier-kit/callee.ts'

/** How webhooks of an account go wrong. All may be changed at any time. */
export type WebhookFaults = {
  /** How often each event is delivered beyond the first time. */
  duplicates?: number
  /** Signs with a token that is not the account's. */
  forged?: boolean
  /**
   * Holds an event back, in ms, so that later ones overtake it, by its name: `voice`, `initiated`, `ringing`, `answered`,
   * `completed`, `amd`, `stream`, `dial`.
   */
  delayMs?: Readonly<Record<string, number>>
}

export type TwilioAccountOptions = {
  /** `AC` and 32 hexadecimal digits. */
  accountSid: string
  authToken: string
  friendlyName?: string
  /**
   * `revoked` answers 401 code 20003. `suspended` and `closed` may still read the account and nothing else: 403 code 20005.
   * Default `active`.
   */
  state?: 'active' | 'suspended' | 'closed' | 'revoked'
  /** A trial account calls its `verifiedNumbers` only. Default `Full`. */
  type?: 'Full' | 'Trial'
  /** A decimal string, as Twilio writes it. Default 100.00. */
  balance?: string
  currency?: string
  /** False answers 403 code 20403 on the balance. */
  mayReadBalance?: boolean
  numbers?: readonly string[]
  verifiedNumbers?: readonly string[]
  /** Of the product; `/voice` and `/status` are appended. May be set later. */
  webhookUrl?: string
  webhookFaults?: WebhookFaults
  /** What the people do who are called, by their number; whoever has no entry waits for `pickUp` or `decline`. */
  callees?: Record<string, CalleeScript>
}

export type TwilioAccount = Required<Omit<TwilioAccountOptions, 'webhookUrl'>> & {
  webhookUrl: string | undefined
  /**
   * As Twilio signs a request: base64 of HMAC-SHA1 over the URL and the parameters, sorted by name.
   * Source: https://www.twilio.com/docs/usage/security#validating-requests
   */
  sign(url: string, parameters?: Readonly<Record<string, string>>): string
}

/** Makes an account. */
export function createAccount(options: TwilioAccountOptions): TwilioAccount {
  const stranger = randomBytes(16).toString('hex')
  const account: TwilioAccount = {
    friendlyName: 'Simulated account',
    state: 'active',
    type: 'Full',
    balance: '100.00',
    currency: 'USD',
    mayReadBalance: true,
    numbers: [],
    verifiedNumbers: [],
    webhookFaults: {},
    webhookUrl: undefined,
    callees: {},
    ...options,
    sign: (url, parameters = {}) => {
      const joined = Object.keys(parameters)
        .sort()
        .map((name) => `${name}${parameters[name]}`)
        .join('')
      const token = account.webhookFaults.forged ? stranger : account.authToken
      return createHmac('sha1', token).update(`${url}${joined}`, 'utf8').digest('base64')
    },
  }
  return account
}
