import { createHash } from 'node:crypto'
import type { Payload } from 'payload'
import type { DocumentId } from '../access/membership.ts'
import type { AgentSnapshot, AgentTool } from '../calls/index.ts'
import { AGENTS, TENANTS } from '../collections/slugs.ts'
import { renderPrompt, variableValues } from '../prompts/render-prompt.ts'
import type { AgentVariable } from '../prompts/render-prompt.ts'
import { findVariables } from '../prompts/variables.ts'

type LoadAgentSnapshotOptions = {
  payload: Payload
  agentId: DocumentId
  tenantId: DocumentId
  /** What the call knows, `caller_number` and the like, and what an outbound call was given. They win over all others. */
  variables: Readonly<Record<string, string>>
  /** When the call began; now by default. */
  now?: Date
}

type Optional<Value> = Value | null | undefined

type StoredTool = {
  type: AgentTool['type']
  when?: Optional<string>
  destinations?: Optional<{ name: string; number: string; when?: Optional<string> }[]>
  provider?: Optional<string>
}

/** A published agent as it is stored: the checks on publishing hold for it. */
type StoredAgent = {
  id: DocumentId
  name: string
  promptMarkdown: Optional<string>
  greeting?: Optional<string>
  stt?: { provider?: Optional<string>; model?: Optional<string>; language?: Optional<string> }
  llm?: {
    provider?: Optional<string>
    model?: Optional<string>
    temperature?: Optional<number>
    maxTokens?: Optional<number>
  }
  tts?: { provider?: Optional<string>; voice?: Optional<string>; model?: Optional<string> }
  turns?: { [Key in keyof AgentSnapshot['turns']]: Optional<AgentSnapshot['turns'][Key]> }
  tools?: Optional<StoredTool[]>
  recording?: Optional<boolean>
  maxDurationSeconds?: Optional<number>
  variables?: Optional<AgentVariable[]>
}

/** Tags by which callers may speak more than one language; nothing to tell a voice. */
const MANY_LANGUAGES = ['multi', 'mul']

const LONGEST_CALL_SECONDS = 1_800

/**
 * A tenant's voice agent as its published version says, variables filled in. A draft saved later changes nothing.
 * @returns undefined when that tenant has no such agent, it is in the trash, is no voice agent, or nothing of it is published
 */
export async function loadAgentSnapshot({
  payload,
  agentId,
  tenantId,
  variables,
  now = new Date(),
}: LoadAgentSnapshotOptions): Promise<AgentSnapshot | undefined> {
  const { docs } = await payload.find({
    collection: AGENTS,
    // A carrier's call comes without a user; the tenant in the query is the rule.
    overrideAccess: true,
    draft: false,
    depth: 0,
    limit: 1,
    pagination: false,
    where: {
      and: [
        { id: { equals: agentId } },
        { tenant: { equals: tenantId } },
        { _status: { equals: 'published' } },
        { kind: { equals: 'voice' } },
      ],
    },
  })
  const [agent] = docs as unknown as StoredAgent[]
  const stt = chosen(agent?.stt)
  const llm = chosen(agent?.llm)
  const tts = chosen(agent?.tts)
  if (!agent || !stt || !llm || !tts) return undefined

  const markdown = agent.promptMarkdown ?? ''
  const greeting = agent.greeting ?? ''
  const names = findVariables(`${markdown}\n${greeting}`)
  const own = agent.variables ?? []
  const given = {
    ...timeVariables(now),
    agent_name: agent.name,
    ...(names.includes('tenant_name') ? { tenant_name: await tenantName({ payload, tenantId }) } : {}),
    ...variables,
  }
  const values = variableValues({ own, given })
  const language = stt.language && !MANY_LANGUAGES.includes(stt.language) ? stt.language : undefined

  const settings = {
    name: agent.name,
    language,
    stt,
    llm,
    tts,
    turns: defined(agent.turns ?? {}),
    ...(agent.tools?.length && { tools: agent.tools.flatMap(toTool) }),
    recording: agent.recording === true,
    maxDurationSeconds: agent.maxDurationSeconds ?? LONGEST_CALL_SECONDS,
  }
  return {
    ...settings,
    agentId: String(agent.id),
    agentVersion: fingerprint({ ...settings, markdown, greeting, own }),
    systemPrompt: renderPrompt({ markdown, variables: values }),
    greeting: renderPrompt({ markdown: greeting, variables: values }) || undefined,
  }
}

/** The same for the same content, so that two calls can be compared after versions were pruned. */
const fingerprint = (content: unknown): string =>
  createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 12)

/** A tool without what was never set; one that lacks what it needs is left out. */
const toTool = ({ type, when, destinations, provider }: StoredTool): AgentTool[] => {
  if (type === 'end-call') return [{ type, ...defined({ when }) }]
  if (type === 'send-digits') return [{ type }]
  if (type === 'web-search') return provider ? [{ type, provider }] : []
  const listed = (destinations ?? []).map((destination) =>
    defined({ name: destination.name.trim(), number: destination.number, when: destination.when }),
  )
  return listed.length > 0 ? [{ type, destinations: listed }] : []
}

type Defined<Value> = { [Key in keyof Value]: Exclude<Value[Key], null> }

/** Leaves out what is not set, so that the defaults of engine and providers hold. */
const defined = <Value extends object>(value: Value): Defined<Value> =>
  Object.fromEntries(
    Object.entries(value).filter(([, entry]) => entry !== null && entry !== undefined && entry !== ''),
  ) as Defined<Value>

/** The options of a provider, if one is chosen. */
const chosen = <Options extends { provider?: Optional<string> }>(options: Options | undefined) =>
  options?.provider ? { ...defined(options), provider: options.provider } : undefined

async function tenantName({ payload, tenantId }: { payload: Payload; tenantId: DocumentId }): Promise<string> {
  const { docs } = await payload.find({
    collection: TENANTS,
    overrideAccess: true,
    where: { id: { equals: tenantId } },
    select: { name: true },
    depth: 0,
    limit: 1,
    pagination: false,
  })
  const [tenant] = docs as { name?: string }[]
  return tenant?.name ?? ''
}

/** In the time zone of the server; the prompt can say another. */
const timeVariables = (now: Date): Record<string, string> => ({
  current_date: now.toLocaleDateString('en-GB', { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' }),
  current_time: now.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' }),
})
