import { fetch as undiciFetch } from 'undici'
import type { Dispatcher } from 'undici'
import { isWithinEndpoint, parseEndpoint } from '../net/index.ts'
import { ProviderError } from '../provider-kit/errors.ts'
import { abortable } from '../provider-kit/fetch-abortably.ts'

export type EndpointFetchOptions = {
  /** Provider id, for errors. */
  provider: string
  /** What the tenant's credential names. */
  address: string
  dispatcher: Dispatcher
  /** What aborts when the address is withdrawn; undefined where it is not allowed. */
  admit(address: string): Promise<AbortSignal | undefined>
}

/**
 * `fetch` to one address that a platform admin allowed, and to nothing else: asked for each request, cut off in the
 * middle when the address is withdrawn; redirects are never followed.
 * @throws ProviderError `limited`, code `endpoint_not_allowed`; else whatever `fetch` throws
 */
export function createEndpointFetch(options: EndpointFetchOptions): typeof globalThis.fetch {
  const { provider, dispatcher, admit } = options
  const { address } = parseEndpoint(options.address)
  // The package's own `fetch`, because Node's takes agents of its own version alone.
  const send = abortable(undiciFetch as unknown as typeof globalThis.fetch)

  return async (input, init = {}) => {
    const url = new URL(input instanceof Request ? input.url : input)
    const target = url.username || url.password ? undefined : parseEndpoint(`${url.origin}${url.pathname}`).address
    const isInside =
      address !== undefined && target !== undefined && isWithinEndpoint({ address: target, allowed: address })
    const withdrawal = isInside ? await admit(address) : undefined
    if (!withdrawal) throw notAllowed(provider)

    const controller = new AbortController()
    const sources = init.signal ? [withdrawal, init.signal] : [withdrawal]
    const abort = () => {
      end()
      controller.abort()
    }
    // Whichever way a request ends: the signal of the address outlives all of them.
    const end = () => {
      for (const source of sources) source.removeEventListener('abort', abort)
    }
    for (const source of sources) source.addEventListener('abort', abort, { once: true })
    if (sources.some(({ aborted }) => aborted)) abort()
    try {
      const redirect = init.redirect === 'error' ? 'error' : 'manual'
      const response = await send(url, { ...init, redirect, signal: controller.signal, dispatcher } as RequestInit)
      if (!response.body) {
        end()
        return response
      }
      const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>()
      // Read to its end, given up or broken off.
      response.body.pipeTo(writable).then(end, end)
      return new Response(readable, response)
    } catch (error) {
      end()
      throw error
    }
  }
}

const notAllowed = (provider: string) =>
  new ProviderError({
    provider,
    kind: 'limited',
    providerCode: 'endpoint_not_allowed',
    message: 'This address is not on the list of addresses that the platform admin allows. Ask the platform admin.',
  })
