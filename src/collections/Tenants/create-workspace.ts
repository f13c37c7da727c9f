import { ValidationError } from 'payload'
import type { Payload } from 'payload'
import type { DocumentId } from '../../access/index.ts'
import { TENANTS } from '../slugs.ts'
import { findFreeSlug } from './find-free-slug.ts'

export type Workspace = { id: DocumentId; name: string; slug: string }

const SLUG_ATTEMPTS = 5

/** Makes a workspace with a slug of its own, asking again when somebody else takes the slug first. */
export async function createWorkspace({ payload, name }: { payload: Payload; name: string }): Promise<Workspace> {
  for (let attempt = 1; ; attempt += 1) {
    const slug = await findFreeSlug({ payload, name })
    try {
      const { id } = await payload.create({
        collection: TENANTS,
        overrideAccess: true,
        depth: 0,
        data: { name, slug },
      })
      return { id, name, slug }
    } catch (error) {
      if ((error as { name?: string }).name !== ValidationError.name || attempt === SLUG_ATTEMPTS) throw error
    }
  }
}
