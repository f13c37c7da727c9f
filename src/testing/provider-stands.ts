import { randomBytes } from 'node:crypto'
import { createAnthropicSimulator } from '../../simulators/anthropic/index.ts'
import { createAssemblyAiSimulator } from '../../simulators/assemblyai/index.ts'
import { createCartesiaSimulator } from '../../simulators/cartesia/index.ts'
import { createDeepgramSimulator } from '../../simulators/deepgram/index.ts'
import { createElevenLabsSimulator } from '../../simulators/elevenlabs/index.ts'
import { createExaSimulator } from '../../simulators/exa/index.ts'
import { createGoogleSimulator } from '../../simulators/google/index.ts'
import { createHumeSimulator } from '../../simulators/hume/index.ts'
import { createOpenAiSimulator } from '../../simulators/openai/index.ts'
import { createOpenAiCompatibleSimulator } from '../../simulators/openaicompatible/index.ts'
import { createSerpApiSimulator } from '../../simulators/serpapi/index.ts'
import { createSonioxSimulator } from '../../simulators/soniox/index.ts'
import { createXaiSimulator } from '../../simulators/xai/index.ts'

const hex = (bytes: number) => randomBytes(bytes).toString('hex')
const text = (bytes: number) => randomBytes(bytes).toString('base64url')

/** Key by key the same account. */
const all = <Account>(keys: readonly string[], account: (index: number) => Account): Record<string, Account> =>
  Object.fromEntries(keys.map((key, index) => [key, account(index)]))

const valid = () => ({ state: 'valid' as const })

type Options<Create extends (options: never) => unknown> = Partial<Parameters<Create>[0]>

/**
 * Every provider but the carriers, by id: a key of the shape that it gives out, and its simulator, which takes the given
 * keys. Adding one here lets any test's workspace use it.
 */
export const PROVIDER_STANDS = {
  deepgram: {
    createKey: () => hex(20),
    open: (keys: readonly string[], options: Options<typeof createDeepgramSimulator> = {}) =>
      createDeepgramSimulator({
        keys: all(keys, (index) => ({ projectName: `Project ${index + 1}`, state: 'valid' as const })),
        ...options,
      }),
  },
  soniox: {
    createKey: () => hex(32),
    open: (keys: readonly string[], options: Options<typeof createSonioxSimulator> = {}) =>
      createSonioxSimulator({ keys: all(keys, valid), ...options }),
  },
  assemblyai: {
    createKey: () => hex(16),
    open: (keys: readonly string[], options: Options<typeof createAssemblyAiSimulator> = {}) =>
      createAssemblyAiSimulator({ keys: all(keys, valid), ...options }),
  },
  openai: {
    createKey: () => `sk-proj-${text(40)}`,
    open: (keys: readonly string[], options: Options<typeof createOpenAiSimulator> = {}) =>
      createOpenAiSimulator({ keys: all(keys, () => ({})), ...options }),
  },
  xai: {
    createKey: () => `xai-${hex(40)}`,
    open: (keys: readonly string[], options: Options<typeof createXaiSimulator> = {}) =>
      createXaiSimulator({ keys: all(keys, () => ({})), ...options }),
  },
  anthropic: {
    createKey: () => `sk-ant-api03-${hex(46)}5AA`,
    open: (keys: readonly string[], options: Options<typeof createAnthropicSimulator> = {}) =>
      createAnthropicSimulator({ keys: all(keys, () => ({})), ...options }),
  },
  google: {
    createKey: () => `AQ.${text(39)}`,
    open: (keys: readonly string[], options: Options<typeof createGoogleSimulator> = {}) =>
      createGoogleSimulator({ keys: all(keys, () => ({})), ...options }),
  },
  elevenlabs: {
    createKey: () => `sk_${hex(24)}`,
    open: (keys: readonly string[], options: Options<typeof createElevenLabsSimulator> = {}) =>
      createElevenLabsSimulator({ keys: all(keys, () => ({})), ...options }),
  },
  cartesia: {
    createKey: () => `sk_car_${hex(11)}`,
    open: (keys: readonly string[], options: Options<typeof createCartesiaSimulator> = {}) =>
      createCartesiaSimulator({ keys: all(keys, () => ({})), ...options }),
  },
  hume: {
    createKey: () => text(36),
    open: (keys: readonly string[], options: Options<typeof createHumeSimulator> = {}) =>
      createHumeSimulator({ keys: all(keys, () => ({})), ...options }),
  },
  openaicompatible: {
    createKey: () => `token-${text(24)}`,
    open: (keys: readonly string[], options: Options<typeof createOpenAiCompatibleSimulator> = {}) =>
      createOpenAiCompatibleSimulator({ apiKeys: keys, ...options }),
  },
  serpapi: {
    createKey: () => hex(32),
    open: (keys: readonly string[], options: Options<typeof createSerpApiSimulator> = {}) =>
      createSerpApiSimulator({ keys: all(keys, () => ({})), ...options }),
  },
  exa: {
    createKey: () => `${hex(4)}-${hex(2)}-4${hex(2).slice(1)}-8${hex(2).slice(1)}-${hex(6)}`,
    open: (keys: readonly string[], options: Options<typeof createExaSimulator> = {}) =>
      createExaSimulator({ keys: all(keys, () => ({})), ...options }),
  },
} as const

/** Addresses of providers that a tenant names itself. */
export type ProviderAddresses = Partial<Record<RigProvider, string>>

/** What tenants save who need more than a key. */
const CREDENTIALS: Partial<Record<RigProvider, (key: string, address?: string) => Record<string, string>>> = {
  // Where no address is given, the operator's takes its place.
  openaicompatible: (apiKey, baseUrl = 'http://models.example/v1') => ({ baseUrl, apiKey }),
}

/** What a tenant with this key of a provider saves. */
export const credentialsOf = (id: RigProvider, key: string, address?: string): Record<string, string> =>
  CREDENTIALS[id]?.(key, address) ?? { apiKey: key }

export type RigProvider = keyof typeof PROVIDER_STANDS

/** The simulators by their provider's id. */
export type ProviderSimulators = {
  [Id in RigProvider]: Awaited<ReturnType<(typeof PROVIDER_STANDS)[Id]['open']>>
}

/** How each simulator answers beyond its defaults. */
export type ProviderOptions = { [Id in RigProvider]?: NonNullable<Parameters<(typeof PROVIDER_STANDS)[Id]['open']>[1]> }

export const RIG_PROVIDERS = Object.keys(PROVIDER_STANDS) as RigProvider[]

/** Any provider's simulator. */
export type RunningProvider = {
  origin: string
  /** What tenants name who choose the address themselves. */
  baseUrl?: string
  close(): Promise<void>
}

/** Opens one provider's simulator. */
export const openProvider = (
  id: RigProvider,
  keys: readonly string[],
  options: ProviderOptions = {},
): Promise<RunningProvider> => {
  const open = PROVIDER_STANDS[id].open as (keys: readonly string[], options: unknown) => Promise<RunningProvider>
  return open(keys, options[id])
}
