import type request from 'supertest'

/** A whole answer as a client gets it: status line, headers, body. */
export const wholeAnswer = ({ status, headers, text }: request.Response): string =>
  [String(status), JSON.stringify(headers), text ?? ''].join('\n')
