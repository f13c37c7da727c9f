import type { Payload } from 'payload'

const PAGE = 500

type ReadOptions = {
  payload: Payload
  collection: string
  /** The fields that are wanted; all of them by default. */
  select?: Record<string, true>
}

/** Every row of a collection, page after page in the order of their ids, while others write. */
export async function* readPages<Row extends { id: number | string }>({
  payload,
  collection,
  select,
}: ReadOptions): AsyncGenerator<Row> {
  let last: number | string | undefined
  for (;;) {
    const { docs } = await payload.db.find<Row>({
      collection,
      where: last === undefined ? {} : { id: { greater_than: last } },
      sort: 'id',
      limit: PAGE,
      pagination: false,
      ...(select ? { select } : {}),
    })
    yield* docs
    if (docs.length < PAGE) return
    last = docs.at(-1)?.id
  }
}
