import { createServer } from 'node:http'
import type { Server } from 'node:http'
import express from 'express'
import type { Request, RequestHandler, Router } from 'express'
import { answerFailures } from './answer-failures.ts'
import { limitBody } from './limit-body.ts'
import { noteClientAddress } from './note-client-address.ts'
import { redirectToPublicHost } from './redirect-to-public-host.ts'
import { setSecurityHeaders } from './set-security-headers.ts'

/** Above the longest prompt with its document in a form of the panel. */
const MAX_BODY_BYTES = 4 * 1024 * 1024
/** Of an uploaded recording: an hour and a half of a call as it is kept. */
const MAX_UPLOAD_BYTES = 100 * 1024 * 1024

const maxBytesOf = ({ path }: Request): number => (/^\/api\/media(\/|$)/.test(path) ? MAX_UPLOAD_BYTES : MAX_BODY_BYTES)

type CreateHttpServerOptions = {
  /** The address that carriers and browsers reach. */
  publicUrl: string
  /** Whose `X-Forwarded-For` is believed. */
  trustedProxies?: readonly string[]
  /** Carrier webhooks; parses its own bodies, because Payload reads its requests as streams. */
  webhooks: Router
  health: Router
  /** Everything else: the admin panel and REST. */
  rest: RequestHandler
  /** Told of what a handler threw. */
  onError?(error: unknown): void
}

/** The one HTTP server: webhooks and health by Express, the rest by Next. Not yet listening. */
export function createHttpServer({
  publicUrl,
  trustedProxies = [],
  webhooks,
  health,
  rest,
  onError = () => {},
}: CreateHttpServerOptions): Server {
  const app = express()
  app.disable('x-powered-by')
  app.set('trust proxy', [...trustedProxies])
  app.use(noteClientAddress, setSecurityHeaders)
  app.use(health)
  app.use('/webhooks', webhooks)
  app.use('/admin', redirectToPublicHost({ publicUrl }))
  app.all('/{*path}', limitBody({ maxBytesOf }), rest)
  app.use(answerFailures({ onError }))
  return createServer(app)
}
