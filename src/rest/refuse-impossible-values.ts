import type { AfterErrorHook, Payload } from 'payload'

const INVALID = 'The request holds an id or a value of a form that nothing here has.'

/**
 * Answers for a text where the database keeps numbers, a number where it keeps object ids, an object where it keeps
 * one value. Both databases refuse such a comparison, which Payload would report as a failure of the server: an
 * impossible id in the path is one that does not exist, 404; anything else is a bad request, 400.
 */
export const refuseImpossibleValues: AfterErrorHook = ({ error, req }) => {
  if (!isRefusedByDatabase(error)) return undefined
  const id = req.routeParams?.id
  if (id !== undefined && !isPossibleId({ payload: req.payload, id: String(id) })) {
    return { status: 404, response: { errors: [{ message: req.t('error:notFound') }] } }
  }
  return { status: 400, response: { errors: [{ message: INVALID }] } }
}

const isPossibleId = ({ payload, id }: { payload: Payload; id: string }): boolean =>
  (payload.db.defaultIDType === 'number' ? /^\d{1,15}$/ : /^[0-9a-f]{24}$/i).test(id)

/** The errors of the drivers themselves: libsql's for what it cannot bind, mongoose's for what it cannot cast. */
function isRefusedByDatabase(error: unknown): boolean {
  for (let cause = error; typeof cause === 'object' && cause !== null; cause = (cause as Error).cause) {
    const { name, message } = cause as Error
    if (name === 'CastError' || name === 'BSONError') return true
    if (name === 'RangeError' && message.startsWith('Only finite numbers')) return true
  }
  return false
}
