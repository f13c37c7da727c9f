import { countOf, listAll, listAny, nameOf } from './words.ts'
import type { KeyDoc, ProviderInfo, ServiceState, Workplace } from './types.ts'

/** Whether a workspace needs a provider's key, and for what. */
export type Need = {
  level: 'required' | 'choice' | 'optional'
  /** The word of the pill. */
  label: string
  /** For what, in a few words. */
  text: string
}

type NeedOptions = {
  provider: ProviderInfo
  providers: readonly ProviderInfo[]
  keys: readonly KeyDoc[]
  services: readonly ServiceState[]
  workplace: Workplace
}

/** The service that an agent of a kind belongs to. */
const SERVICE_OF_KIND: Readonly<Record<string, string>> = {
  voice: 'ai-calling',
  email: 'email-agents',
  content: 'content-writing',
}

/** What everybody comes for first: switched on until something else is built, and nothing of it. */
const FIRST_SERVICE = 'ai-calling'

/**
 * What a key is to a workspace. Required where an agent or a number names the provider, or where nobody else can do what
 * a service that is switched on requires; a choice where several can and none does yet; optional otherwise.
 */
export function needOf(options: NeedOptions): Need {
  const { provider, workplace } = options
  const agents = workplace.agents.filter(({ providers }) => providers.includes(provider.id))
  const numbers = workplace.numbers.filter((number) => number.provider === provider.id)
  if (agents.length + numbers.length > 0) return required(`by ${listAll([...nameAgents(agents), ...count(numbers)])}`)
  return needOfServices(options)
}

function needOfServices({ provider, providers, keys, services, workplace }: NeedOptions): Need {
  const isOn = switchedOn(workplace)
  const isHeld = keys.some((key) => key.provider === provider.id && key.isActive)
  const choices: Need[] = []
  for (const service of services.filter(({ id }) => isOn.has(id))) {
    for (const requirement of service.requires) {
      const able = providers.filter(({ capabilities }) => (capabilities as readonly string[]).includes(requirement))
      if (!able.includes(provider)) continue
      if (able.length === 1) return required(`for ${service.name}`)
      const others = able.filter(({ id }) => id !== provider.id)
      const serving = others.find(({ id }) => keys.some((key) => key.provider === id && key.isActive))
      if (serving) choices.push(spare(serving.name, isHeld))
      else choices.push(choice(`${nameOf(requirement)}: this or ${listAny(others.map(({ name }) => name))}`))
    }
  }
  const [first] = [...choices].sort((one, other) => Number(other.level === 'choice') - Number(one.level === 'choice'))
  return first ?? optional(provider, services)
}

/** The services that the workspace has begun to use. */
export function switchedOn({ agents, numbers }: Workplace): ReadonlySet<string> {
  const used = agents.flatMap(({ kind }) => SERVICE_OF_KIND[kind] ?? [])
  const all = numbers.length > 0 || used.length === 0 ? [...used, FIRST_SERVICE] : used
  return new Set(all)
}

const required = (text: string): Need => ({ level: 'required', label: 'Required', text })

const choice = (text: string): Need => ({ level: 'choice', label: 'One is needed', text })

/** Another key is enough; where this one is there too, nobody can say which does the work. */
const spare = (other: string, isHeld: boolean): Need => ({
  level: 'optional',
  label: 'Optional',
  text: isHeld ? `${other} can do it too` : `${other} does it already`,
})

function optional(provider: ProviderInfo, services: readonly ServiceState[]): Need {
  const names = services.filter(({ id }) => provider.requiredFor.includes(id)).map(({ name }) => name)
  return { level: 'optional', label: 'Optional', text: names.length > 0 ? `for ${listAll(names)}` : '' }
}

const nameAgents = (agents: Workplace['agents']): string[] =>
  agents.length > 2 ? [countOf(agents.length, 'agent')] : agents.map(({ name }) => name)

const count = (numbers: Workplace['numbers']): string[] =>
  numbers.length > 1 ? [countOf(numbers.length, 'number')] : numbers.map(({ number }) => number)
