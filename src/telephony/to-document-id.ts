import type { Payload } from 'payload'
import type { DocumentId } from '../access/membership.ts'

/** A path segment as the id that the database compares with: a number on SQLite, text on MongoDB. */
export const toDocumentId = (text: string, payload: Payload): DocumentId =>
  payload.db.defaultIDType === 'number' ? Number(text) : text
