import { createServer } from 'node:http'
import type { Server } from 'node:http'
import type { RequestHandler } from 'express'
import next from 'next'

export type NextHandler = {
  handle: RequestHandler
  /** Receives the upgrades that are not ours: hot reload in development. */
  upgrades: Server
  close(): Promise<void>
}

type PrepareOptions = { isDevelopment: boolean; hostname: string; port: number; directory: string }

/**
 * Prepares Next for the admin panel and REST.
 *
 * Next attaches its own upgrade listener to the server it is given and then kills sockets whose path matches a route;
 * a server that never listens takes that listener, and ours passes on what is Next's.
 */
export async function prepareNext({ isDevelopment, hostname, port, directory }: PrepareOptions): Promise<NextHandler> {
  const upgrades = createServer()
  const app = next({ dev: isDevelopment, dir: directory, hostname, port, httpServer: upgrades })
  await app.prepare()
  const handler = app.getRequestHandler()
  return {
    handle: (request, response) => void handler(request, response),
    upgrades,
    close: () => app.close(),
  }
}
