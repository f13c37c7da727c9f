import { listAll, nameOf, nameProviders } from './words.ts'
import type { KeyDoc, ProviderInfo, ServiceState, Workplace } from './types.ts'

/** One thing that a service requires. */
export type SetupPart = {
  requirement: string
  isDone: boolean
  /** The provider that serves, or what to do. */
  text: string
  /** Id of the provider whose card helps. */
  provider?: string
}

type PartsOptions = { service: ServiceState; providers: readonly ProviderInfo[]; keys: readonly KeyDoc[] }

/** What a service requires, one by one, with who serves it or what is to be done. */
export function setupPartsOf({ service, providers, keys }: PartsOptions): SetupPart[] {
  return service.requires.map((requirement) => {
    const able = providersFor(requirement, providers)
    const held = able.filter(({ id }) => keys.some((key) => key.provider === id))
    const problems = held.map(({ id }) =>
      problemOf({ service, requirement, doc: keys.find((key) => key.provider === id) }),
    )
    const serving = held[problems.indexOf(undefined)]
    if (serving) return { requirement, isDone: true, text: serving.name, provider: serving.id }
    if (held[0]) {
      return { requirement, isDone: false, text: `${held[0].name}: ${problems[0]}`, provider: held[0].id }
    }
    const ids = able.map(({ id }) => id)
    const text = ids.length > 0 ? `Add ${nameProviders(ids, providers)}` : 'No provider is installed'
    return { requirement, isDone: false, text, provider: ids[0] }
  })
}

/** Those that can do it, first those that it is the first thing of: a key for one thing may do others by the way. */
function providersFor(requirement: string, providers: readonly ProviderInfo[]): ProviderInfo[] {
  const able = providers.filter(({ capabilities }) => (capabilities as readonly string[]).includes(requirement))
  const isMeantFor = ({ kinds }: ProviderInfo) => kinds[0] === requirement
  return [...able.filter(isMeantFor), ...able.filter((provider) => !isMeantFor(provider))]
}

type ProblemOptions = { service: ServiceState; requirement: string; doc?: KeyDoc }

/** Why a key that is there does not serve. */
function problemOf({ service, requirement, doc }: ProblemOptions): string | undefined {
  const blocked = service.blocked.find(({ provider }) => provider === doc?.provider)
  if (!blocked || !doc) return undefined
  // A key that lacks one permission still serves where that one is not asked for.
  const isAllowed = blocked.reason === 'no-permission' && doc.capabilities[requirement as never] !== false
  return isAllowed ? undefined : REASONS[blocked.reason]
}

const REASONS: Readonly<Record<ServiceState['blocked'][number]['reason'], string>> = {
  rejected: 'key rejected',
  undecryptable: 'enter the key again',
  'out-of-credit': 'out of credit',
  'no-permission': 'not allowed',
}

type SentenceOptions = {
  parts: readonly SetupPart[]
  workplace: Workplace
  providers: readonly ProviderInfo[]
  keys: readonly KeyDoc[]
}

/** Whether a call can be taken now; if not, when. */
export function setupSentence({ parts, workplace, providers, keys }: SentenceOptions): string {
  const open = parts.filter(({ isDone }) => !isDone)
  if (open.length > 0) {
    const names = listAll(open.map(({ requirement }) => nameOf(requirement).toLowerCase()))
    return `You can take a call when ${names} ${open.length === 1 ? 'works' : 'work'}.`
  }
  const agents = workplace.agents.filter(({ kind, isPublished }) => kind === 'voice' && isPublished)
  const hasAgent = agents.length > 0
  const hasNumber = workplace.numbers.some((number) => number.hasAgent)
  if (hasAgent && hasNumber) {
    const lacking = agents.map((agent) => agent.providers.filter((id) => !keys.some(({ provider }) => provider === id)))
    // Keys that would do for another agent do nothing for one that names its providers.
    if (lacking.some((ids) => ids.length === 0)) return 'You are ready to take calls.'
    const names = listAll([...new Set(lacking[0])].map((id) => nameProviders([id], providers)))
    return `${agents[0]?.name} can take a call when it has a key of ${names}.`
  }
  const rest = [...(hasAgent ? [] : ['publish an agent']), ...(hasNumber ? [] : ['attach a number'])]
  return `AI calling has every key that it needs. To take a call, ${listAll(rest)}.`
}
