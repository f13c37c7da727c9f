import { randomUUID } from 'node:crypto'
import path from 'node:path'
import { Forbidden, MissingFile } from 'payload'
import type { CollectionBeforeOperationHook } from 'payload'

/**
 * Takes a file from the request alone, and names it at random. Payload would also fetch one from any address that the
 * request gives, which would let a member send the server to addresses of their choice. All tenants share one folder:
 * neither a name that another tenant took nor the number that would be put behind it may say that it is there.
 */
export const takeFile: CollectionBeforeOperationHook = async ({ operation, args, collection, overrideAccess, req }) => {
  if (operation === 'create' && !req.file) {
    // This runs before access control, and who may not upload at all is told that.
    const data = 'data' in args ? args.data : undefined
    const isAllowed = overrideAccess || (await collection.access.create({ req, data }))
    throw isAllowed ? new MissingFile(req.t) : new Forbidden(req.t)
  }
  if ((operation === 'create' || operation === 'update') && req.file) {
    req.file.name = `${randomUUID()}${extensionOf(req.file.name)}`
  }
}

const extensionOf = (name: string): string =>
  path
    .extname(name)
    .toLowerCase()
    .replace(/[^a-z0-9.]/g, '')
    .slice(0, 6)
