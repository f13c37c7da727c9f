import type { RequestHandler } from 'express'

/**
 * What every answer tells a browser: not to be framed by others, nor guessed at, nor told on to other sites; and that no
 * cache keeps what `/api` says. Next says the same of pages, and lets its files be kept.
 */
export const setSecurityHeaders: RequestHandler = (request, response, next) => {
  response.set({
    'Content-Security-Policy': "frame-ancestors 'self'; base-uri 'self'; object-src 'none'",
    'Referrer-Policy': 'same-origin',
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'SAMEORIGIN',
  })
  if (/^\/api(\/|$)/i.test(request.path)) response.set('Cache-Control', 'no-store')
  next()
}
