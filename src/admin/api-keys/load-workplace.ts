import type { PayloadRequest } from 'payload'
import { AGENTS, PHONE_NUMBERS } from '../../collections/slugs.ts'
import { readDocs } from '../data/read-docs.ts'
import type { Workplace } from './types.ts'

type Choice = { provider?: string | null } | null
type AgentDoc = { id: number | string; name?: string | null; kind?: string | null; _status?: string | null } & Partial<
  Record<'stt' | 'llm' | 'tts', Choice>
>
type NumberDoc = { id: number | string; number?: string | null; provider?: string | null; agent?: unknown }

/** What a workspace has built, as far as the person may read it. */
export async function loadWorkplace({ req, tenant }: { req: PayloadRequest; tenant: string }): Promise<Workplace> {
  const where = { tenant: { equals: tenant } }
  const [agents, numbers] = await Promise.all([
    readDocs<AgentDoc>({ req, collection: AGENTS, where, limit: 0 }),
    readDocs<NumberDoc>({ req, collection: PHONE_NUMBERS, where, limit: 0 }),
  ])
  return {
    agents: agents.map(({ id, name, kind, _status, stt, llm, tts }) => ({
      id,
      name: name ?? 'Unnamed agent',
      kind: kind ?? 'voice',
      isPublished: _status === 'published',
      // Only calls need to hear and to speak.
      providers: (kind && kind !== 'voice' ? [llm] : [stt, llm, tts]).flatMap((choice) => choice?.provider ?? []),
    })),
    numbers: numbers.map(({ id, number, provider, agent }) => ({
      id,
      number: number ?? '',
      provider: provider ?? '',
      hasAgent: agent !== null && agent !== undefined,
    })),
  }
}
