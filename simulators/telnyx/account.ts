import { generateKeyPairSync, randomInt, sign } from 'node:crypto'
import type { CalleeScript } from '../carrier-kit/callee.ts'

/** How webhooks of an account go wrong. All may be changed at any time. */
export type WebhookFaults = {
  /** How often each event is delivered beyond the first time. */
  duplicates?: number
  /** Signs with a key that is not the account's. */
  forged?: boolean
  /** Added to the timestamp, which is signed as it then is. */
  timestampOffsetSeconds?: number
  /** Holds an event back, in ms by event type, so that later ones overtake it: `{ 'call.answered': 300 }`. */
  delayMs?: Readonly<Record<string, number>>
}

export type TelnyxAccountOptions = {
  apiKey: string
  /** Id of its Voice API application. */
  connectionId?: string
  /** Where its events go; may be set later. */
  webhookUrl?: string
  numbers?: readonly string[]
  /** Decimal strings, as Telnyx writes them. Default 100.00 and 0.00. */
  balance?: string
  creditLimit?: string
  currency?: string
  /** `revoked` answers 401 code 10009, `inactive` 403 code 20012. */
  state?: 'active' | 'revoked' | 'inactive'
  /** False answers 403 code 10010 on the balance. */
  mayReadBalance?: boolean
  webhookApiVersion?: '1' | '2'
  /** Null: the application calls nobody. */
  outboundVoiceProfileId?: string | null
  webhookFaults?: WebhookFaults
  /** What the people do who are called, by their number; whoever has no entry waits for `pickUp` or `decline`. */
  callees?: Record<string, CalleeScript>
}

export type TelnyxAccount = Required<Omit<TelnyxAccountOptions, 'webhookUrl'>> & {
  webhookUrl: string | undefined
  /** Base64 of the raw 32 bytes, as the portal shows it. */
  readonly publicKey: string
  /** Signs `<timestamp>|<body>` with Ed25519; base64. */
  sign(timestamp: string, body: string): string
}

/** Makes an account with a signing key pair of its own. */
export function createAccount(options: TelnyxAccountOptions): TelnyxAccount {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const stranger = generateKeyPairSync('ed25519').privateKey
  const account: TelnyxAccount = {
    connectionId: String(randomInt(1e9, 1e12)),
    numbers: [],
    balance: '100.00',
    creditLimit: '0.00',
    currency: 'USD',
    state: 'active',
    mayReadBalance: true,
    webhookApiVersion: '2',
    outboundVoiceProfileId: String(randomInt(1e9, 1e12)),
    webhookFaults: {},
    callees: {},
    webhookUrl: undefined,
    ...options,
    publicKey: publicKey.export({ type: 'spki', format: 'der' }).subarray(-32).toString('base64'),
    sign: (timestamp, body) => {
      const key = account.webhookFaults.forged ? stranger : privateKey
      return sign(null, Buffer.from(`${timestamp}|${body}`), key).toString('base64')
    },
  }
  return account
}

/** Balance and credit limit added up, as Telnyx reports `available_credit`. */
export const availableCreditOf = ({ balance, creditLimit }: TelnyxAccount): string =>
  (Number(balance) + Number(creditLimit)).toFixed(2)
