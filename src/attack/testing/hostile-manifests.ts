import { z } from 'zod'
import { ProviderError, defineProvider, requestJson } from '../../provider-kit/index.ts'
import type { Capability, KeyVerdict, ProviderManifest } from '../../provider-kit/index.ts'

/** How the code of a careless plugin fails while it holds the key. */
export type Carelessness =
  | 'throws-address'
  | 'throws-cause'
  | 'throws-text'
  | 'throws-config'
  | 'rejects-provider-error'
  | 'throws-later'

type HostileManifestOptions = {
  id: string
  capabilities: readonly Capability[]
  /** Where the key goes: a header, or the query as with SerpAPI. */
  place?: 'header' | 'query'
  /** Asked before each check; fails so where it says how. */
  carelessness?(): Carelessness | undefined
}

/** A provider plugin that repeats whatever the provider says, as a careless one would. Aimed by `baseUrls`. */
export const createHostileManifest = ({
  id,
  capabilities,
  place = 'header',
  carelessness = () => undefined,
}: HostileManifestOptions): ProviderManifest =>
  defineProvider({
    specVersion: 1,
    id,
    name: `Hostile ${id.replace('hostile', '')}`,
    description: 'Exists in the attack suite alone.',
    kinds: ['data'],
    capabilities,
    docsUrl: `https://${id}.example/docs`,
    keyUrl: `https://${id}.example/keys`,
    origins: { api: `https://${id}.example` },
    credentials: z.object({
      apiKey: z.string().min(8).max(300).meta({ title: 'API key' }),
      account: z.string().max(300).optional().meta({ title: 'Account', secret: false }),
    }),
    primaryCredential: 'apiKey',
    async checkKey({ credentials, origins, signal }) {
      const { apiKey } = credentials
      const address = `${origins.api}/v1/account`
      const isQuery = place === 'query'
      const url = isQuery ? `${address}?api_key=${encodeURIComponent(apiKey)}` : address
      fail(carelessness(), { apiKey, url, id })
      const { status, json, text, headers } = await requestJson({
        provider: id,
        url,
        headers: isQuery ? {} : { authorization: `Bearer ${apiKey}` },
        signal,
      })
      return toVerdict({ status, said: messageOf(json) ?? text, more: { ...headers, text }, url, capabilities })
    },
  })

const messageOf = (json: unknown): string | undefined =>
  typeof json === 'object' && json !== null && 'message' in json ? String(json.message) : undefined

type ToVerdictOptions = {
  status: number
  said: string
  more: Record<string, string>
  url: string
  capabilities: readonly Capability[]
}

function toVerdict({ status, said, more, url, capabilities }: ToVerdictOptions): KeyVerdict {
  const can = (allowed: boolean) => Object.fromEntries(capabilities.map((capability) => [capability, allowed]))
  const told = { message: said, fixUrl: url, metadata: { ...more, said, [said.slice(0, 80)]: true, expiresAt: said } }
  if (status === 401) return { status: 'rejected', capabilities: {}, ...told }
  if (status === 402) return { status: 'out-of-credit', capabilities: can(true), ...told }
  if (status === 403) return { status: 'limited', capabilities: can(false), ...told }
  if (status >= 429) {
    throw new ProviderError({
      provider: 'hostile',
      kind: status === 429 ? 'rate-limited' : 'unreachable',
      message: said,
      providerCode: said,
      requestId: said,
    })
  }
  return { status: 'valid', capabilities: can(true), ...told }
}

function fail(how: Carelessness | undefined, { apiKey, url, id }: { apiKey: string; url: string; id: string }): void {
  switch (how) {
    case 'throws-address':
      throw new Error(`request to ${url} failed, Authorization: Bearer ${apiKey}`)
    case 'throws-cause':
      throw new Error('wrapped', { cause: new AggregateError([new Error(apiKey), new Error(url)], apiKey) })
    case 'throws-text':
      throw apiKey
    case 'throws-config':
      throw Object.assign(new Error('axios'), { config: { url, headers: { 'xi-api-key': apiKey } }, [apiKey]: apiKey })
    case 'rejects-provider-error':
      throw new ProviderError({
        provider: id,
        kind: 'failed',
        message: apiKey,
        providerCode: apiKey,
        requestId: apiKey,
      })
    case 'throws-later':
      // What no promise of the check waits for.
      void Promise.reject(new Error(`later: ${url} ${apiKey}`)).catch((error: Error) =>
        process.emitWarning(error.message),
      )
      throw new TypeError(`Cannot read properties of undefined (reading '${apiKey}')`)
    default:
  }
}
