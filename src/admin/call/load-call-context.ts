import type { PayloadRequest } from 'payload'
import { MEDIA } from '../../collections/slugs.ts'
import { readEndpoint } from '../data/read-endpoint.ts'
import { roleIn } from '../data/workspace.ts'
import type { CallDocument } from './types.ts'

/** What the page of a call needs beside the record. */
export type CallContext = {
  /** The workspace of the call. */
  tenant?: string
  /** Names of providers by id. */
  providerNames: Record<string, string>
  /** Where the recording is served from, to those who may hear it. */
  recordingUrl?: string
  canHangUp: boolean
}

/** Reads what belongs to a call with the rights of the person who looks at it. */
export async function loadCallContext({
  req,
  call,
}: {
  req: PayloadRequest
  call: CallDocument
}): Promise<CallContext> {
  const tenant = call.tenant ? String(call.tenant) : undefined
  const role = tenant && roleIn({ user: req.user, tenant })
  const [providers, recordingUrl] = await Promise.all([
    readEndpoint<{ docs: { id: string; name: string }[] }>({ req, path: '/providers', tenant }),
    call.recording ? findRecordingUrl({ req, id: call.recording }) : undefined,
  ])
  return {
    tenant,
    providerNames: Object.fromEntries(providers.ok ? providers.data.docs.map(({ id, name }) => [id, name]) : []),
    recordingUrl,
    canHangUp: role === 'owner' || role === 'editor',
  }
}

async function findRecordingUrl({
  req,
  id,
}: {
  req: PayloadRequest
  id: number | string
}): Promise<string | undefined> {
  const recording = await req.payload.findByID({
    collection: MEDIA,
    id,
    depth: 0,
    req,
    overrideAccess: false,
    disableErrors: true,
  })
  const url: unknown = (recording as { url?: unknown } | null)?.url
  return typeof url === 'string' ? url : undefined
}
