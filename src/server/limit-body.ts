import type { Request, RequestHandler } from 'express'

type LimitBodyOptions = {
  /** How many bytes a request may bring. */
  maxBytesOf(request: Request): number
}

/**
 * Refuses bodies that are larger than anything the product takes, before anybody is asked to sign in: with 413 where
 * the request says its length, by hanging up where it turns out on the way. What is behind it reads the stream as usual.
 */
export const limitBody =
  ({ maxBytesOf }: LimitBodyOptions): RequestHandler =>
  (request, response, next) => {
    const maxBytes = maxBytesOf(request)
    const length = request.headers['content-length']
    if (length !== undefined && Number(length) > maxBytes) {
      response.set('Connection', 'close')
      response.status(413).json({ error: 'The body of this request is too large.', code: 'body_too_large' })
      return
    }
    if (length === undefined) countBytes({ request, maxBytes })
    next()
  }

/** Counts where the bytes come in: a listener would start the stream, and whoever reads it later would miss its beginning. */
function countBytes({ request, maxBytes }: { request: Request; maxBytes: number }): void {
  const push = request.push.bind(request)
  let bytes = 0
  request.push = (chunk: Buffer | null, encoding?: BufferEncoding) => {
    bytes += chunk?.length ?? 0
    if (bytes <= maxBytes) return push(chunk, encoding)
    request.destroy()
    return false
  }
}
