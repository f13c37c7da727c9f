import { isIP } from 'node:net'
import { Agent, buildConnector, request } from 'undici'
import type { Dispatcher } from 'undici'
import { findDestinationProblem, isReachable, portOf } from './find-destination-problem.ts'
import type { DestinationRules } from './find-destination-problem.ts'
import { createGuardedLookup, resolveBySystem } from './guarded-lookup.ts'
import type { Resolve } from './guarded-lookup.ts'
import { NetworkError, isNetworkError } from './network-error.ts'
import { isOpenedHost } from './private-destination.ts'

export type GuardedFetchOptions = DestinationRules & {
  /** From the start to the last byte of the answer, name resolution and TLS included. */
  timeoutMs: number
  /** Of the answer's body; what comes after is not read. */
  maxBytes: number
  /** Every address of a name; the system's resolution by default. */
  resolve?: Resolve
}

export type GuardedRequest = {
  method?: Dispatcher.HttpMethod
  headers?: Record<string, string>
  body?: string
  signal?: AbortSignal
}

export type GuardedResponse = {
  /** A redirect is an answer like any other: it is not followed. */
  status: number
  headers: Readonly<Record<string, string | string[] | undefined>>
  body: Buffer
  /** Whether the body was longer than what was read of it. */
  isTruncated: boolean
}

/**
 * A request to an address that a tenant named.
 * @throws NetworkError, with one message for whatever went wrong
 */
export type GuardedFetch = (url: string, request?: GuardedRequest) => Promise<GuardedResponse>

/**
 * Makes a fetch that reaches nothing inside: each connection goes to an address that was checked for it, so that a name
 * that leads elsewhere a moment later does not help; literal addresses are checked as well; redirects are not followed;
 * proxies of the environment are not used. Each request has a connection of its own, which ends with it.
 */
export function createGuardedFetch(options: GuardedFetchOptions): GuardedFetch {
  const { timeoutMs, maxBytes, resolve = resolveBySystem, ...rules } = options
  return async (address, { method = 'GET', headers = {}, body, signal } = {}) => {
    if (findDestinationProblem(address, rules) !== undefined) throw new NetworkError('refused')
    const url = new URL(address)
    const agent = createAgent({ url, resolve, rules, timeoutMs })
    const deadline = AbortSignal.timeout(timeoutMs)
    try {
      const response = await request(url, {
        method,
        headers,
        body: body ?? null,
        dispatcher: agent,
        signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
      })
      return { status: response.statusCode, headers: response.headers, ...(await readUpTo(response.body, maxBytes)) }
    } catch (error) {
      if (isNetworkError(error)) throw error
      throw new NetworkError(deadline.aborted ? 'timeout' : 'failed')
    } finally {
      await agent.destroy()
    }
  }
}

type AgentOptions = { url: URL; resolve: Resolve; rules: DestinationRules; timeoutMs: number }

function createAgent({ url, resolve, rules: { opened = [] }, timeoutMs }: AgentOptions): Agent {
  const isOpened = isOpenedHost({ hostname: url.hostname, port: portOf(url) }, opened)
  const mayReach = (address: string) => isOpened || isReachable(address, opened)
  const connect = buildConnector({ lookup: createGuardedLookup({ resolve, mayReach }), timeout: timeoutMs })
  return new Agent({
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    // A socket asks for no address where the host is one already, so those are looked at here, and the peer once more.
    connect(target, callback) {
      const host = target.hostname.replace(/^\[|\]$/g, '')
      if (isIP(host) && !mayReach(host)) return callback(new NetworkError('refused'), null)
      return connect(target, (...[error, socket]) => {
        if (error || !socket) return callback(error ?? new NetworkError('failed'), null)
        if (mayReach(socket.remoteAddress ?? '')) return callback(null, socket)
        socket.destroy()
        return callback(new NetworkError('refused'), null)
      })
    },
  })
}

/** Reads a body until its end or the limit; what is beyond is never asked for. */
async function readUpTo(
  stream: AsyncIterable<Buffer>,
  maxBytes: number,
): Promise<Pick<GuardedResponse, 'body' | 'isTruncated'>> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of stream) {
    chunks.push(chunk)
    size += chunk.length
    if (size > maxBytes) break
  }
  return { body: Buffer.concat(chunks).subarray(0, maxBytes), isTruncated: size > maxBytes }
}
