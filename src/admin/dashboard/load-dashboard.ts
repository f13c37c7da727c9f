import type { PayloadRequest, Where } from 'payload'
import { AGENTS, CALLS, PHONE_NUMBERS } from '../../collections/slugs.ts'
import type { KeyDoc, ServiceState } from '../api-keys/types.ts'
import { readEndpoint } from '../data/read-endpoint.ts'
import type { Workspace } from '../data/workspace.ts'

/** How many of the last calls the dashboard shows. */
const SHOWN_CALLS = 8

/** A call as the dashboard lists it. */
export type CallRow = {
  id: number | string
  startedAt?: string | null
  direction?: string | null
  from?: string | null
  to?: string | null
  agentName?: string | null
  status: string
  endedReason?: string | null
  durationSeconds?: number | null
}

/** How far a workspace is on its way to the first call. */
export type SetupState = {
  service?: ServiceState
  hasPublishedAgent: boolean
  /** A number with an agent, if there is one. */
  numberId?: number | string
  isWebhookSet: boolean
}

type ReadOptions = { req: PayloadRequest; workspace?: Workspace }

/** The last calls that the person may read, newest first. */
export async function loadRecentCalls({ req, workspace }: ReadOptions): Promise<CallRow[]> {
  const docs = await readDocs({ req, collection: CALLS, where: inWorkspace(workspace), limit: SHOWN_CALLS })
  return docs as CallRow[]
}

/** Where the setting-up of a workspace stands, as far as the person may know. */
export async function loadSetup({ req, workspace }: Required<ReadOptions>): Promise<SetupState> {
  const tenant = workspace.id
  const [services, keys, agents, numbers, calls] = await Promise.all([
    readEndpoint<{ docs: ServiceState[] }>({ req, path: '/services', tenant }),
    readEndpoint<{ docs: KeyDoc[] }>({ req, path: '/user-api-keys', tenant }),
    readDocs({
      req,
      collection: AGENTS,
      where: { and: [inWorkspace(workspace), { _status: { equals: 'published' } }, { kind: { equals: 'voice' } }] },
    }),
    readDocs({
      req,
      collection: PHONE_NUMBERS,
      where: { and: [inWorkspace(workspace), { agent: { exists: true } }] },
    }),
    readDocs({ req, collection: CALLS, where: inWorkspace(workspace) }),
  ])
  // A carrier that was told the address says so when its key is tested; a call that came in proves it.
  const isToldByCarrier =
    keys.ok &&
    keys.data.docs.some(({ provider, metadata }) => metadata.webhookUrl === webhookUrl({ req, provider, tenant }))
  return {
    service: services.ok ? services.data.docs.find(({ id }) => id === 'ai-calling') : undefined,
    hasPublishedAgent: agents.length > 0,
    numberId: numbers[0]?.id,
    isWebhookSet: calls.length > 0 || isToldByCarrier,
  }
}

const webhookUrl = ({ req, provider, tenant }: { req: PayloadRequest; provider: string; tenant: string }): string =>
  `${req.payload.config.serverURL}/webhooks/${provider}/${tenant}`

const inWorkspace = (workspace: Workspace | undefined): Where => (workspace ? { tenant: { equals: workspace.id } } : {})

type ReadDocsOptions = { req: PayloadRequest; collection: string; where: Where; limit?: number }

/** Reads with the person's own rights. What they may not read is empty, not an error of the page. */
async function readDocs({ req, collection, where, limit = 1 }: ReadDocsOptions): Promise<{ id: number | string }[]> {
  try {
    const { docs } = await req.payload.find({
      collection,
      where,
      limit,
      depth: 0,
      pagination: false,
      req,
      overrideAccess: false,
    })
    return docs
  } catch (error) {
    if ((error as { status?: number }).status === 403) return []
    throw error
  }
}
