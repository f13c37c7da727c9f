import { randomUUID } from 'node:crypto'
import path from 'node:path'
import type { CollectionBeforeOperationHook } from 'payload'

/**
 * Names a stored file at random: all tenants share one folder, and neither a name that another tenant took nor the
 * number that would be put behind it may say that it is there.
 */
export const giveUniqueName: CollectionBeforeOperationHook = ({ operation, req }) => {
  if ((operation === 'create' || operation === 'update') && req.file) {
    const extension = path
      .extname(req.file.name)
      .toLowerCase()
      .replace(/[^a-z0-9.]/g, '')
      .slice(0, 6)
    req.file.name = `${randomUUID()}${extension}`
  }
}
