import { isProviderError, requestJson } from '../../src/provider-kit/index.ts'
import type { CheckKeyContext, KeyVerdict, ProviderError } from '../../src/provider-kit/index.ts'
import type { AcmeCredentials } from './credentials.ts'
import { toHttpError } from './errors.ts'
import { isObject } from './shape.ts'

const CONSOLE = 'https://console.acme.example/keys'
const NO_MINUTES = 'The key is good, but its account has no minutes left. Add minutes in the Acme console.'

/**
 * Asks for the account of the key: one request, which costs nothing. What the provider refuses is a verdict, never thrown.
 * Source: https://docs.acme.example/account
 */
export async function checkKey({
  credentials,
  origins,
  signal,
}: CheckKeyContext<AcmeCredentials>): Promise<KeyVerdict> {
  try {
    const { status, headers, json, text } = await requestJson({
      provider: 'acme',
      url: `${origins.api}/v1/account`,
      headers: { authorization: `Bearer ${credentials.apiKey}` },
      signal,
    })
    if (status !== 200) return refusal(toHttpError(status, headers, text))
    if (!isObject(json) || typeof json.minutes_left !== 'number') return unreachable()
    // What is stored is picked by hand: the answer may hold the key.
    const metadata = { minutesLeft: json.minutes_left }
    if (json.minutes_left <= 0) {
      return { status: 'out-of-credit', capabilities: { stt: false }, message: NO_MINUTES, fixUrl: CONSOLE, metadata }
    }
    const message = `Acme accepted the key. ${json.minutes_left} minutes are left.`
    return { status: 'valid', capabilities: { stt: true }, message, metadata }
  } catch (error) {
    if (isProviderError(error)) return refusal(error)
    throw error
  }
}

function refusal({ kind, retryAfterMs }: ProviderError): KeyVerdict {
  const about = { capabilities: { stt: false }, metadata: {}, fixUrl: CONSOLE }
  if (kind === 'rejected') {
    return { ...about, status: 'rejected', message: 'Acme rejected the key. Make a new one in its console.' }
  }
  if (kind === 'limited') {
    return { ...about, status: 'limited', message: 'Acme knows the key, but it may not transcribe.' }
  }
  if (kind === 'out-of-credit') return { ...about, status: 'out-of-credit', message: NO_MINUTES }
  return { ...unreachable(), ...(retryAfterMs === undefined ? {} : { retryAfterMs }) }
}

/** A rate limit, a fault and silence say nothing about a key. */
const unreachable = (): KeyVerdict => ({
  status: 'unreachable',
  capabilities: {},
  message: 'Acme could not be asked. The key was not judged; try again later.',
  metadata: {},
})
