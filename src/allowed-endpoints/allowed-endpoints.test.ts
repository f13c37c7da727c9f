import { getEventListeners, once } from 'node:events'
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from '@jest/globals'
import { createAllowedEndpoints } from './create-allowed-endpoints.ts'
import { createEndpointAgent } from './create-endpoint-agent.ts'
import { createEndpointFetch } from './create-endpoint-fetch.ts'

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup()
})

const serve = async (answer: (request: IncomingMessage, response: ServerResponse) => void) => {
  const paths: string[] = []
  const server = createServer((request, response) => {
    paths.push(request.url ?? '')
    answer(request, response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  cleanups.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return { port: (server.address() as AddressInfo).port, paths }
}
const good = (_request: IncomingMessage, response: ServerResponse) => response.end('good')

const guard = (addresses: string[], options: Partial<Parameters<typeof createAllowedEndpoints>[0]> = {}) => {
  let reads = 0
  const endpoints = createAllowedEndpoints({ maxAgeMs: Number.POSITIVE_INFINITY, ...options })
  endpoints.bind(async () => {
    reads++
    return addresses
  })
  return { endpoints, reads: () => reads }
}

describe('fetching from an address that a tenant chose', () => {
  it('should reach what lies below an allowed address, and nothing beside it', async () => {
    const { port, paths } = await serve(good)
    const base = `http://127.0.0.1:${port}/v1`
    const { endpoints, reads } = guard([`${base}/`])
    const fetch = endpoints.fetchFor({ provider: 'local', address: base })
    expect(await (await fetch(`${base}/models?limit=1`)).text()).toBe('good')
    for (const url of [
      `http://127.0.0.1:${port}/admin`,
      `http://127.0.0.1:${port}/v10/models`,
      `${base}/../admin`,
      `${base}/%2e%2e/admin`,
      `${base}/models//x`,
      `http://localhost:${port}/v1/models`,
      `http://user:secret@127.0.0.1:${port}/v1/models`,
      'http://169.254.169.254/v1/models',
    ]) {
      await expect(fetch(url)).rejects.toMatchObject({ kind: 'limited', providerCode: 'endpoint_not_allowed' })
    }
    expect(paths).toEqual(['/v1/models?limit=1'])
    expect(reads()).toBe(1)
  })

  it('should reach nothing before the list is known, nor for an address that is none', async () => {
    const { port, paths } = await serve(good)
    const base = `http://127.0.0.1:${port}`
    const unbound = createAllowedEndpoints({ maxAgeMs: 0 })
    await expect(unbound.fetchFor({ provider: 'local', address: base })(base)).rejects.toMatchObject({
      kind: 'limited',
    })
    const { endpoints } = guard([base, 'nonsense', `${base}/../..`])
    await expect(endpoints.fetchFor({ provider: 'local', address: 'nonsense' })(base)).rejects.toThrow()
    expect(await endpoints.isAllowed('nonsense')).toBe(false)
    expect(paths).toEqual([])
  })

  it('should follow no redirect, whatever it is asked', async () => {
    const elsewhere = await serve(good)
    const { port } = await serve((_request, response) =>
      response.writeHead(307, { location: `http://127.0.0.1:${elsewhere.port}/v1` }).end(),
    )
    const base = `http://127.0.0.1:${port}/v1`
    const { endpoints } = guard([base, `http://127.0.0.1:${elsewhere.port}`])
    const fetch = endpoints.fetchFor({ provider: 'local', address: base })
    expect((await fetch(base, { redirect: 'follow' })).status).toBe(307)
    await expect(fetch(base, { redirect: 'error' })).rejects.toThrow()
    expect(elsewhere.paths).toEqual([])
  })

  it('should never reach a service of the cloud, although an allowed name leads there', async () => {
    const { port, paths } = await serve(good)
    const base = `http://gpu.test:${port}/v1`
    for (const [address, family] of [
      ['169.254.169.254', 4],
      ['fd00:ec2::254', 6],
      ['100.100.100.200', 4],
    ] as const) {
      const { endpoints } = guard([base], { resolve: async () => [{ address, family }] })
      await expect(endpoints.fetchFor({ provider: 'local', address: base })(base)).rejects.toThrow()
    }
    const { endpoints } = guard([base], { resolve: async () => [{ address: '127.0.0.1', family: 4 }] })
    expect(await (await endpoints.fetchFor({ provider: 'local', address: base })(base)).text()).toBe('good')
    expect(paths).toEqual(['/v1'])
  })

  it('should cut an answer off in the middle when its address is withdrawn, and ask no more', async () => {
    const { port, paths } = await serve((_request, response) => response.write('first'))
    const base = `http://127.0.0.1:${port}/v1`
    const { endpoints } = guard([base])
    const fetch = endpoints.fetchFor({ provider: 'local', address: base })
    const reader = (await fetch(base)).body?.getReader()
    expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe('first')
    const rest = reader?.read()
    const stalled = (await fetch(base)).text()
    endpoints.replace([`http://127.0.0.1:${port}/v2`])
    await expect(rest).rejects.toThrow()
    await expect(stalled).rejects.toThrow()
    await expect(fetch(base)).rejects.toMatchObject({ providerCode: 'endpoint_not_allowed' })
    expect(paths).toHaveLength(2)
    endpoints.replace([base])
    expect((await fetch(base)).status).toBe(200)
  })

  it('should leave alone what stays allowed, and end with the caller’s own signal', async () => {
    const { port } = await serve((request, response) =>
      request.url === '/v1/slow' ? response.write('first') : response.end('good'),
    )
    const base = `http://127.0.0.1:${port}/v1`
    const { endpoints } = guard([base])
    const fetch = endpoints.fetchFor({ provider: 'local', address: base })
    const controller = new AbortController()
    const response = await fetch(`${base}/slow`, { signal: controller.signal })
    endpoints.replace([`http://127.0.0.1:${port}`])
    const text = response.text()
    controller.abort()
    await expect(text).rejects.toThrow()
    expect(await (await fetch(`${base}/quick`)).text()).toBe('good')
    await expect(fetch(base, { signal: AbortSignal.abort() })).rejects.toThrow()
  })

  it('should hold on to nothing of a request that is over, however it ended', async () => {
    const { port } = await serve((request, response) => {
      response.write('first')
      if (request.url === '/broken') setImmediate(() => response.destroy())
      else if (request.url === '/whole') response.end()
    })
    const address = `http://127.0.0.1:${port}`
    const dispatcher = createEndpointAgent()
    cleanups.push(() => dispatcher.destroy())
    const { signal } = new AbortController()
    const fetch = createEndpointFetch({ provider: 'local', address, dispatcher, admit: async () => signal })
    await (await fetch(`${address}/whole`)).text()
    await expect((await fetch(`${address}/broken`)).text()).rejects.toThrow()
    await (await fetch(`${address}/given-up`)).body?.cancel()
    await new Promise(setImmediate)
    expect(getEventListeners(signal, 'abort')).toEqual([])
  })

  it('should not bring back what was withdrawn while the list was read', async () => {
    const base = 'http://127.0.0.1:1/v1'
    let answer: (list: string[]) => void = () => {}
    const endpoints = createAllowedEndpoints({ maxAgeMs: Number.POSITIVE_INFINITY })
    endpoints.bind(() => new Promise((resolve) => (answer = resolve)))
    const asked = endpoints.isAllowed(base)
    endpoints.replace([])
    answer([base])
    expect([await asked, await endpoints.isAllowed(base)]).toEqual([false, false])
  })

  it('should read the list again where another process may have changed it', async () => {
    const { port } = await serve(good)
    const base = `http://127.0.0.1:${port}/v1`
    const list = [base]
    const { endpoints, reads } = guard(list, { maxAgeMs: 0 })
    expect(await endpoints.isAllowed(base)).toBe(true)
    list.pop()
    await new Promise((resolve) => setTimeout(resolve, 2))
    expect(await endpoints.isAllowed(base)).toBe(false)
    expect(reads()).toBe(2)
  })
})
