import { createServer } from 'node:http'
import type { Server } from 'node:http'
import express from 'express'
import type { RequestHandler, Router } from 'express'
import { redirectToPublicHost } from './redirect-to-public-host.ts'

type CreateHttpServerOptions = {
  /** The address that carriers and browsers reach. */
  publicUrl: string
  /** Carrier webhooks; parses its own bodies, because Payload reads its requests as streams. */
  webhooks: Router
  health: Router
  /** Everything else: the admin panel and REST. */
  rest: RequestHandler
}

/** The one HTTP server: webhooks and health by Express, the rest by Next. Not yet listening. */
export function createHttpServer({ publicUrl, webhooks, health, rest }: CreateHttpServerOptions): Server {
  const app = express()
  app.disable('x-powered-by')
  app.use(health)
  app.use('/webhooks', webhooks)
  app.use('/admin', redirectToPublicHost({ publicUrl }))
  app.all('/{*path}', rest)
  return createServer(app)
}
