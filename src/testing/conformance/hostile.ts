import type { Answer, Asked } from './answer-server.ts'
import { startAnswerServer } from './answer-server.ts'
import { formsOf } from '../../log/secret-forms.ts'
import type { Running, Start } from './stand.ts'

/** Statuses that say nothing about a key. */
export const SILENT_STATUSES = [429, 500, 502, 503, 504] as const

const PAGE = '<html><head><title>Sorry</title></head><body>Try again later.</body></html>'

/** Answers everything with one status and the page of a proxy, upgrades too. */
export const always =
  (status: number, body: unknown = PAGE): Start =>
  () =>
    startAnswerServer({ answer: () => ({ status, body }) })

/** Takes connections and never answers. */
export const silent: Start = () => startAnswerServer({ answer: () => undefined })

const NO_MESSAGES = ['', '{', 'null', '[]', '{}', '7', '"text"', '{"type":7}', '{"error":{}}', '[{"type":"Results"}]']

/** Takes every socket, says what is no message of any protocol, and closes. */
export const babbling: Start = () =>
  startAnswerServer({
    answer: () => ({ status: 200, body: '{' }),
    accept: (socket) => {
      for (const text of NO_MESSAGES) socket.send(text)
      socket.send(Buffer.from([0, 1, 2, 255]))
      socket.close(1011)
    },
  })

/** Sends everybody on to `elsewhere`. */
export const redirecting =
  (elsewhere: Running): Start =>
  () =>
    startAnswerServer({ answer: ({ path }) => ({ status: 307, headers: { location: `${elsewhere.origin}${path}` } }) })

/** The words in which a careless provider repeats what it was sent, and the secrets in every form that they can take. */
const repeat = ({ headers, path, query, body }: Asked, secrets: readonly string[]): string =>
  [JSON.stringify(headers), path, query.toString(), body, ...secrets.flatMap(formsOf)].join(' ')

/** Fields under which providers put codes and messages; each is the echo. */
const NAMES = [
  'message',
  'error',
  'err_msg',
  'err_code',
  'error_type',
  'error_message',
  'detail',
  'details',
  'code',
  'status',
  'type',
  'reason',
  'title',
  'description',
  'more_info',
  'request_id',
  'id',
  'name',
  'tag',
  'text',
]

/** A body that repeats the key wherever a plugin might look. */
const echoBody = (asked: Asked, secrets: readonly string[]): Record<string, unknown> => {
  const words = repeat(asked, secrets)
  const [secret = ''] = secrets
  const flat = Object.fromEntries(NAMES.map((name) => [name, secret]))
  const inner = { ...flat, message: words, error_message: words }
  return { ...flat, error: inner, detail: inner, errors: [inner], data: inner, results: [inner], message: words }
}

/** A provider that repeats the key in every field of every answer, in headers, in messages and in the reason of a close. */
export const echoing =
  ({ status, secrets }: { status: number; secrets: readonly string[] }): Start =>
  () => {
    const answer = (asked: Asked): Answer => {
      const [secret = 'none'] = secrets
      const header = `key ${secret.replace(/[^\x21-\x7e]/g, '')}`
      return {
        // 101 is for upgrades, which are taken below.
        status: Math.max(200, status),
        headers: { 'x-request-id': header, 'request-id': header, 'dg-request-id': header, 'dg-error': header },
        body: echoBody(asked, secrets),
      }
    }
    return startAnswerServer({
      answer,
      accept:
        status >= 300
          ? undefined
          : (socket, asked) => {
              const [secret = ''] = secrets
              socket.send(JSON.stringify(echoBody(asked, secrets)))
              socket.send(repeat(asked, secrets))
              socket.close(1008, secret.slice(0, 100))
            },
    })
  }
