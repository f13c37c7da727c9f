/**
 * Whether a document is, or is about to be, what live calls use. Drafts may be incomplete.
 * @param data the whole document as it will be after the write
 */
export const isPublished = (data: unknown): boolean =>
  typeof data === 'object' && data !== null && '_status' in data && data._status === 'published'
