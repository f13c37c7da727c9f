import type { RequestHandler } from 'express'

/**
 * Leaves in `X-Forwarded-For` the client's address alone, as Express found it behind the proxies that are trusted: what
 * counts attempts by address cannot be told another one.
 */
export const noteClientAddress: RequestHandler = (request, _response, next) => {
  request.headers['x-forwarded-for'] = request.ip
  next()
}
