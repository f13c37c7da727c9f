import { createServer } from 'node:http'
import type { IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { z } from 'zod'
import { ProviderError, defineProvider, requestJson } from '../provider-kit/index.ts'
import type { Capability, ProviderManifest } from '../provider-kit/index.ts'

/** How the local provider answers the next checks. */
export type LocalBehaviour =
  | 'accept'
  | 'refuse'
  | 'no-credit'
  | 'overloaded'
  | 'broken'
  | 'hang-up'
  | 'silent'
  | 'echo'
  | 'redirect'
  | 'no-permission'

export type LocalProvider = {
  url: string
  behaviour: LocalBehaviour
  /** The keys that reached it, in order. */
  seenKeys: string[]
  /** Resolves when the next request has arrived. */
  nextRequest(): Promise<void>
  close(): Promise<void>
}

/** A real HTTP server that stands for a provider with one endpoint, `GET /v1/account`, and every way of answering it. */
export async function startLocalProvider(): Promise<LocalProvider> {
  const waiting: (() => void)[] = []
  const server = createServer((incoming, outgoing) => {
    const key = keyOf(incoming)
    provider.seenKeys.push(key)
    for (const resolve of waiting.splice(0)) resolve()
    const answer = (status: number, body: unknown) =>
      outgoing.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    switch (provider.behaviour) {
      case 'refuse':
        return answer(401, { message: `Incorrect API key provided: ${key}` })
      case 'no-credit':
        return answer(402, { message: 'No credit' })
      case 'overloaded':
        return answer(429, { message: 'Slow down' })
      case 'broken':
        return answer(503, { message: 'Down' })
      case 'hang-up':
        return outgoing.destroy()
      case 'silent':
        return undefined
      case 'redirect':
        return outgoing.writeHead(302, { location: 'http://169.254.169.254/' }).end()
      case 'no-permission':
        return answer(200, { message: 'Good', permissions: [] })
      case 'echo':
        return answer(200, {
          message: `Hello ${key}, in base64 ${Buffer.from(key).toString('base64')}, as Basic ${Buffer.from(`api:${key}`).toString('base64')}, in a URL ${encodeURIComponent(key)}`,
        })
      default:
        return answer(200, { message: 'Good' })
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const provider: LocalProvider = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    behaviour: 'accept',
    seenKeys: [],
    nextRequest: () => new Promise((resolve) => waiting.push(resolve)),
    async close() {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
  return provider
}

const keyOf = ({ headers }: IncomingMessage): string => (headers.authorization ?? '').replace(/^Bearer /, '')

type LocalManifestOptions = { id: string; name?: string; capabilities: readonly Capability[] }

/** A provider plugin whose key check talks to a local provider; point it there by `baseUrls` of the environment. */
export const createLocalManifest = ({ id, name = id, capabilities }: LocalManifestOptions): ProviderManifest =>
  defineProvider({
    specVersion: 1,
    id,
    name,
    description: 'Stands for a provider in tests.',
    kinds: ['data'],
    capabilities,
    docsUrl: `https://${id}.example/docs`,
    keyUrl: `https://${id}.example/keys`,
    origins: { api: `https://${id}.example` },
    credentials: z.object({
      apiKey: z.string().min(8).max(300).meta({ title: 'API key', placeholder: 'loc-…' }),
      region: z.enum(['eu', 'us']).optional().meta({ title: 'Region', secret: false }),
    }),
    primaryCredential: 'apiKey',
    async checkKey({ credentials, origins, signal }) {
      const { status, json, text } = await requestJson({
        provider: id,
        url: `${origins.api}/v1/account`,
        headers: { authorization: `Bearer ${credentials.apiKey}` },
        signal,
      })
      // Repeats what the provider said, as a careless plugin would.
      const { message, permissions } = json as { message: string; permissions?: string[] }
      const metadata = { said: message, raw: text, region: credentials.region ?? null, [message]: true }
      const can = (allowed: boolean) => Object.fromEntries(capabilities.map((capability) => [capability, allowed]))
      if (status === 401) return { status: 'rejected', capabilities: {}, message, metadata }
      if (status === 402) return { status: 'out-of-credit', capabilities: can(true), message, metadata }
      if (status >= 429)
        throw new ProviderError({ provider: id, kind: status === 429 ? 'rate-limited' : 'unreachable', message })
      if (permissions) return { status: 'limited', capabilities: can(false), message, metadata }
      return {
        status: 'valid',
        capabilities: can(true),
        message,
        metadata,
        fixUrl: `https://${id}.example/?key=${credentials.apiKey}`,
      }
    },
  })
