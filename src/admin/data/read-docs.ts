import type { PayloadRequest, Where } from 'payload'

type ReadDocsOptions = {
  req: PayloadRequest
  collection: string
  where: Where
  /** 0: all of them. */
  limit?: number
  sort?: string
}

/** Reads with the person's own rights. What they may not read is empty, not an error of the page. */
export async function readDocs<Doc>({ req, collection, where, limit = 1, sort }: ReadDocsOptions): Promise<Doc[]> {
  try {
    const { docs } = await req.payload.find({
      collection,
      where,
      limit,
      sort,
      depth: 0,
      pagination: false,
      req,
      overrideAccess: false,
    })
    return docs as Doc[]
  } catch (error) {
    if ((error as { status?: number }).status === 403) return []
    throw error
  }
}
