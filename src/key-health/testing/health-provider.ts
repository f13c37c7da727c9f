import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { z } from 'zod'
import { SPEC_VERSION, defineProvider, isProviderError, readRetryAfter, requestJson } from '../../provider-kit/index.ts'
import type { KeyVerdict, ProviderManifest } from '../../provider-kit/index.ts'

/** How a provider answers the check of one key. */
export type AccountAnswer = {
  status?: number
  balance?: number
  expiresAt?: string
  /** Seconds. */
  retryAfter?: number
  /** Never answers. */
  silent?: boolean
}

export type HealthProvider = {
  url: string
  /** Every check that arrived: of which provider, with which key. */
  checks: { provider: string; key: string }[]
  /** Answers by key; any other key is good. */
  answers: Map<string, AccountAnswer>
  /** How a whole provider answers, whatever the key. */
  outages: Map<string, AccountAnswer>
  /** The most checks of one provider that were under way at once. */
  peak(provider: string): number
  /** Resolves when the next check has arrived. */
  nextCheck(): Promise<void>
  close(): Promise<void>
}

/** A real HTTP server that stands for several providers: `GET /<provider>/account`. */
export async function startHealthProvider(): Promise<HealthProvider> {
  const waiting: (() => void)[] = []
  const open = new Map<string, number>()
  const peaks = new Map<string, number>()
  const server = createServer((incoming, outgoing) => {
    const provider = incoming.url?.split('/')[1] ?? ''
    const key = (incoming.headers.authorization ?? '').replace(/^Bearer /, '')
    self.checks.push({ provider, key })
    open.set(provider, (open.get(provider) ?? 0) + 1)
    peaks.set(provider, Math.max(peaks.get(provider) ?? 0, open.get(provider) ?? 0))
    outgoing.once('close', () => open.set(provider, (open.get(provider) ?? 1) - 1))
    for (const resolve of waiting.splice(0)) resolve()
    const {
      status = 200,
      balance,
      expiresAt,
      retryAfter,
      silent,
    } = {
      ...self.answers.get(key),
      ...self.outages.get(provider),
    }
    if (silent) return
    outgoing
      .writeHead(status, {
        'content-type': 'application/json',
        ...(retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }),
      })
      .end(JSON.stringify({ balance, expiresAt }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const self: HealthProvider = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    checks: [],
    answers: new Map(),
    outages: new Map(),
    peak: (provider) => peaks.get(provider) ?? 0,
    nextCheck: () => new Promise((resolve) => waiting.push(resolve)),
    async close() {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
  return self
}

/** A provider plugin that asks the server; point it there by `baseUrls` of the environment. */
export const createHealthManifest = ({
  id,
  hasBalance = false,
  ...rest
}: { id: string; hasBalance?: boolean } & Pick<ProviderManifest, 'checkCosts' | 'checksFormOnly'>): ProviderManifest =>
  defineProvider({
    ...rest,
    specVersion: SPEC_VERSION,
    id,
    name: `Provider ${id.toUpperCase()}`,
    description: 'Stands for a provider in tests.',
    kinds: ['data'],
    capabilities: ['web-search'],
    docsUrl: `https://${id}.example/docs`,
    keyUrl: `https://${id}.example/keys`,
    origins: { api: `https://${id}.example` },
    credentials: z.object({ apiKey: z.string().meta({ title: 'API key' }) }),
    primaryCredential: 'apiKey',
    ...(hasBalance ? { balance: { field: 'balance', unit: 'USD' } } : {}),
    async checkKey({ credentials, origins, signal }) {
      try {
        const { status, json, headers } = await requestJson({
          provider: id,
          url: `${origins.api}/${id}/account`,
          headers: { authorization: `Bearer ${credentials.apiKey}` },
          signal,
        })
        return toVerdict({ id, status, body: json as AccountAnswer, retryAfterMs: readRetryAfter(headers) })
      } catch (error) {
        if (!isProviderError(error)) throw error
        return toVerdict({ id, status: 503, body: {} })
      }
    },
  })

type Answer = { id: string; status: number; body: AccountAnswer; retryAfterMs?: number }

function toVerdict({ id, status, body, retryAfterMs }: Answer): KeyVerdict {
  const metadata = { balance: body.balance ?? null, expiresAt: body.expiresAt ?? null }
  const isGood = status === 200
  const named = { message: `Answered with ${status}.`, metadata, capabilities: { 'web-search': isGood } }
  if (isGood) return { ...named, status: 'valid' }
  if (status === 401) return { ...named, status: 'rejected', fixUrl: `https://${id}.example/keys` }
  if (status === 402) return { ...named, status: 'out-of-credit', fixUrl: `https://${id}.example/billing` }
  return { ...named, status: 'unreachable', retryAfterMs }
}
