import type { RequestHandler } from 'express'
import { isLoopbackHost } from '../env/index.ts'

/**
 * Sends a person who opened the admin panel by another name of this machine (127.0.0.1 for localhost) to the public
 * one: the panel's own requests go to the public address, and a browser keeps cookies by name.
 */
export const redirectToPublicHost = ({ publicUrl }: { publicUrl: string }): RequestHandler => {
  const own = new URL(publicUrl)
  return (request, response, next) => {
    const asked = URL.canParse(`http://${request.headers.host}`) ? new URL(`http://${request.headers.host}`) : own
    const isOtherName = asked.hostname !== own.hostname && asked.port === own.port
    if (request.method === 'GET' && isOtherName && isLoopbackHost(own.hostname) && isLoopbackHost(asked.hostname)) {
      response.redirect(307, `${own.origin}${request.originalUrl}`)
    } else {
      next()
    }
  }
}
