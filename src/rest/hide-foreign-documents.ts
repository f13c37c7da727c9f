import type { AfterErrorHook, PayloadRequest } from 'payload'
import type { DocumentId } from '../access/membership.ts'

/**
 * Gives a document that somebody may not even read the answer of one that does not exist. Payload itself says 403 when
 * such a document is to be changed or deleted, in all cases but not in those where the whole operation is allowed.
 */
export const hideForeignDocuments: AfterErrorHook = async ({ error, collection, req }) => {
  const id = req.routeParams?.id
  const isRefused = (error as { status?: number }).status === 403
  if (!isRefused || !collection || !req.user) return undefined
  // A file that is not there for somebody is refused just as one that is not there at all.
  const isFile = typeof req.routeParams?.filename === 'string'
  if (isFile) return notFound(req)
  if (typeof id !== 'string' && typeof id !== 'number') return undefined
  if (await canRead({ req, collection: collection.slug, id })) return undefined
  return notFound(req)
}

const notFound = (req: PayloadRequest) => ({
  status: 404,
  response: { errors: [{ message: req.t('error:notFound') }] },
})

async function canRead({
  req,
  collection,
  id,
}: {
  req: PayloadRequest
  collection: string
  id: DocumentId
}): Promise<boolean> {
  const query = { collection, overrideAccess: false, user: req.user, depth: 0, limit: 1, where: { id: { equals: id } } }
  try {
    const isVersion = req.pathname.includes('/versions/')
    const { docs } = isVersion ? await req.payload.findVersions(query) : await req.payload.find(query)
    return docs.length > 0
  } catch {
    return false
  }
}
