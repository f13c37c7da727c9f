import { Readable } from 'node:stream'
import type { Request as ExpressRequest, Response as ExpressResponse } from 'express'
import { handleEndpoints } from 'payload'
import type { SanitizedConfig } from 'payload'

/** Serves Payload's REST from Express without Next, so that suites need no build. The routes and handlers are the product's. */
export const createRestBridge =
  ({ config, key }: { config: Promise<SanitizedConfig>; key: string }) =>
  async (incoming: ExpressRequest, outgoing: ExpressResponse): Promise<void> => {
    const aborted = new AbortController()
    outgoing.on('close', () => aborted.abort())
    const hasBody = incoming.method !== 'GET' && incoming.method !== 'HEAD'
    const request = new Request(`http://${incoming.headers.host}${incoming.originalUrl}`, {
      method: incoming.method,
      headers: Object.entries(incoming.headers).flatMap(([name, value]): [string, string][] =>
        value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
      ),
      signal: aborted.signal,
      ...(hasBody ? { body: Readable.toWeb(incoming) as ReadableStream, duplex: 'half' } : {}),
    })
    const response = await handleEndpoints({ config, request, payloadInstanceCacheKey: key })
    outgoing.status(response.status)
    response.headers.forEach((value, name) => {
      if (name !== 'set-cookie') outgoing.setHeader(name, value)
    })
    const cookies = response.headers.getSetCookie()
    if (cookies.length > 0) outgoing.setHeader('set-cookie', cookies)
    if (!response.body) {
      outgoing.end()
      return
    }
    Readable.fromWeb(response.body as Parameters<typeof Readable.fromWeb>[0]).pipe(outgoing)
  }
