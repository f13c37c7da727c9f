import type { PayloadRequest, Where } from 'payload'
import { AGENTS, CALLS, PHONE_NUMBERS } from '../../collections/slugs.ts'
import type { KeyDoc, ServiceState } from '../api-keys/types.ts'
import { readDocs } from '../data/read-docs.ts'
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

type Found = { id: number | string }

/** The last calls that the person may read, newest first. */
export async function loadRecentCalls({ req, workspace }: ReadOptions): Promise<CallRow[]> {
  return readDocs<CallRow>({ req, collection: CALLS, where: inWorkspace(workspace), limit: SHOWN_CALLS })
}

/** Where the setting-up of a workspace stands, as far as the person may know. */
export async function loadSetup({ req, workspace }: Required<ReadOptions>): Promise<SetupState> {
  const tenant = workspace.id
  const [services, keys, agents, numbers, calls] = await Promise.all([
    readEndpoint<{ docs: ServiceState[] }>({ req, path: '/services', tenant }),
    readEndpoint<{ docs: KeyDoc[] }>({ req, path: '/user-api-keys', tenant }),
    readDocs<Found>({
      req,
      collection: AGENTS,
      where: { and: [inWorkspace(workspace), { _status: { equals: 'published' } }, { kind: { equals: 'voice' } }] },
    }),
    readDocs<Found>({
      req,
      collection: PHONE_NUMBERS,
      where: { and: [inWorkspace(workspace), { agent: { exists: true } }] },
    }),
    readDocs<Found>({ req, collection: CALLS, where: inWorkspace(workspace) }),
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
