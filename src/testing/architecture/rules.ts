import { posix } from 'node:path'
import type { ModuleImport, SourceModule } from './parse-module.ts'

/** Breaches of one rule, one line each: file, line, and what was imported or called. */
export type Rule = (modules: readonly SourceModule[]) => string[]

type Edge = ModuleImport & {
  from: string
  /** The imported file from the root of the checkout; absent for a package. */
  to?: string
}

/** A file's place: `src/calls`, `plugins/openai`, `payload.config.ts`. */
const layerOf = (path: string): string => path.split('/').slice(0, 2).join('/')

/** Tests and what only tests use. */
export const isTestCode = (path: string): boolean => /\.test\.tsx?$|(^|\/)testing\//.test(path)

const isProduct = (path: string): boolean => !isTestCode(path) && !/^(simulators|bench)\//.test(path)

/** `../../../payload.config.ts` behind its alias. */
const ALIASES: Record<string, string> = { '@payload-config': 'payload.config.ts' }

const targetOf = (from: string, specifier: string): string | undefined =>
  specifier.startsWith('.') ? posix.join(posix.dirname(from), specifier) : ALIASES[specifier]

const edgesOf = (module: SourceModule): Edge[] =>
  module.imports.map((one) => ({ ...one, from: module.path, to: targetOf(module.path, one.specifier) }))

/** The imports of the files in question, tests left out. */
const productEdges = (modules: readonly SourceModule[], isIn: (path: string) => boolean = () => true): Edge[] =>
  modules.filter(({ path }) => isProduct(path) && isIn(path)).flatMap(edgesOf)

const describeEdge = ({ from, line, specifier }: Edge): string => `${from}:${line} imports ${specifier}`

const breaches = (edges: Edge[], isBreach: (edge: Edge) => boolean): string[] =>
  edges.filter(isBreach).map(describeEdge)

const isIn = (path: string | undefined, ...places: string[]): boolean =>
  path !== undefined && places.some((place) => path === place || path.startsWith(`${place}/`))

const isPackage = (specifier: string, ...names: string[]): boolean =>
  names.some((name) => specifier === name || specifier.startsWith(`${name}/`))

const isFramework = (specifier: string): boolean =>
  isPackage(specifier, 'payload', 'express', 'next', 'react', 'react-dom') || specifier.startsWith('@payloadcms/')

const KIT = 'src/provider-kit'

export const pluginsStandAlone: Rule = (modules) =>
  breaches(
    productEdges(modules, (path) => /^plugins\/[^/]+\//.test(path)),
    ({ from, to, specifier }) => (to ? !isIn(to, KIT, layerOf(from)) : isFramework(specifier)),
  )

export const pluginsAreListedOnce: Rule = (modules) =>
  breaches(productEdges(modules), ({ from, to }) => {
    if (!isIn(to, 'plugins') || layerOf(to as string) === layerOf(from)) return false
    return to === 'plugins/index.ts' ? from !== 'payload.config.ts' : from !== 'plugins/index.ts'
  })

export const callsKnowTheKitAlone: Rule = (modules) =>
  breaches(
    productEdges(modules, (path) => isIn(path, 'src/calls')),
    ({ to, specifier }) => (to ? !isIn(to, KIT, 'src/calls') : isFramework(specifier)),
  )

export const kitKnowsNothingOfOurs: Rule = (modules) =>
  breaches(
    productEdges(modules, (path) => isIn(path, KIT)),
    ({ to, specifier }) => (to ? !isIn(to, KIT) : isFramework(specifier)),
  )

/** What the vault needs to find its key ring and its collections. */
const VAULT_NEEDS = ['src/vault', 'src/collections/slugs.ts', 'src/composition.ts', 'src/env']

export const vaultKnowsTheDatabaseAlone: Rule = (modules) =>
  breaches(
    productEdges(modules, (path) => isIn(path, 'src/vault')),
    ({ to, specifier, isType }) =>
      !isType && (to ? !isIn(to, ...VAULT_NEEDS) : isFramework(specifier) && !isPackage(specifier, 'payload')),
  )

const SECRET_OPENERS = new Set(['*', 'resolveForUse', 'openTenantSecrets', 'inspectVault'])
const MAY_OPEN_SECRETS = ['src/vault', 'src/telephony', 'src/services', 'src/jobs', 'src/keys-cli']
const isKeyCheck = (path: string): boolean =>
  /^src\/(collections\/ProviderKeys|provider-keys)\/.*(check|validate)[a-z-]*\.ts$/.test(path)

/** Signs with a workspace's own secret, and opens no provider's key. */
const WEBHOOK_SENDER = 'src/alerts/post-webhook.ts'
const opensTenantSecrets = ({ from, names }: Edge): boolean =>
  from === WEBHOOK_SENDER && !names.includes('*') && !names.includes('resolveForUse')

export const fewOpenSecrets: Rule = (modules) =>
  breaches(productEdges(modules), (edge) => {
    const { from, to, names, isType } = edge
    if (isType || !isIn(to, 'src/vault') || isIn(from, ...MAY_OPEN_SECRETS) || isKeyCheck(from)) return false
    if (opensTenantSecrets(edge) && to === 'src/vault/index.ts') return false
    return names.some((name) => SECRET_OPENERS.has(name)) || to === 'src/vault/resolve-for-use.ts'
  })

export const decryptionStaysInTheVault: Rule = (modules) =>
  breaches(
    productEdges(modules, (path) => !isIn(path, 'src/vault')),
    ({ specifier, names }) =>
      /^(node:)?crypto$/.test(specifier) && names.some((name) => /^create(De)?[cC]ipheriv$/.test(name)),
  )

/** What collections, access and fields may not know: the calls, the carriers, the server and the panel. */
const ABOVE_COLLECTIONS = ['src/calls', 'src/telephony', 'src/store', 'src/jobs', 'src/server', 'src/admin']
/** Payload takes an editor's features by value; what they may load is another rule. */
const EDITOR_FEATURES = 'src/admin/prompt-editor/prompt-features.ts'
/** The closed list of reasons is what a call's select field offers. */
const SHARED = ['src/calls/ended-reason.ts', 'src/server/runtime.ts', EDITOR_FEATURES]

export const collectionsAreBelowCalls: Rule = (modules) =>
  breaches(
    productEdges(modules, (path) => isIn(path, 'src/collections', 'src/access', 'src/fields')),
    ({ to, isType }) => !isType && isIn(to, ...ABOVE_COLLECTIONS) && !SHARED.includes(to as string),
  )

/** Names and tables, that load nothing of the server. */
const SHARED_TABLES = ['src/collections/slugs.ts', 'src/services/catalogue.ts', 'src/collections/Agents/tool-types.ts']
const ADMIN_NEEDS = ['src/admin', 'src/server/runtime.ts', 'src/prompts', ...SHARED_TABLES]

export const adminSeesTypesAndRuntime: Rule = (modules) =>
  breaches(
    productEdges(modules, (path) => isIn(path, 'src/admin')),
    ({ to, isType }) => !isType && to !== undefined && !isIn(to, ...ADMIN_NEEDS),
  )

/** Names components by their paths and loads none of them. */
const VIEWS = 'src/admin/views.ts'

export const nobodyImportsAdmin: Rule = (modules) =>
  breaches(
    productEdges(modules, (path) => !isIn(path, 'src/admin', 'src/app')),
    ({ to, isType }) => !isType && isIn(to, 'src/admin') && to !== EDITOR_FEATURES && to !== VIEWS,
  )

export const serverIsEntered: Rule = (modules) =>
  breaches(
    productEdges(modules, (path) => !isIn(path, 'src/server')),
    ({ to }) => isIn(to, 'src/server') && to !== 'src/server/runtime.ts',
  )

export const productImportsNoTestCode: Rule = (modules) =>
  breaches(productEdges(modules), ({ to }) => to !== undefined && !isProduct(to))

const isBrowserCode = ({ specifier, to }: Edge): boolean =>
  /\.(css|scss)$/.test(specifier) ||
  to?.endsWith('.tsx') === true ||
  isPackage(specifier, 'next', 'react', 'react-dom', '@payloadcms/ui', '@payloadcms/next') ||
  isPackage(specifier, '@payloadcms/richtext-lexical/client')

/** Follows what is loaded, types apart, and tells the way to each breach. */
export const configLoadsNoBrowserCode: Rule = (modules) => {
  const byPath = new Map(modules.map((module) => [module.path, module]))
  const ways = new Map([['payload.config.ts', 'payload.config.ts']])
  const found: string[] = []
  // A Map may grow while it is walked: that is the queue.
  for (const [path, way] of ways) {
    const loaded = edgesOf(byPath.get(path) ?? { path, imports: [], localApiCalls: [] }).filter((edge) => !edge.isType)
    for (const edge of loaded) {
      if (isBrowserCode(edge)) found.push(`${describeEdge(edge)} (reached by ${way})`)
      else if (edge.to && !ways.has(edge.to)) ways.set(edge.to, `${way} → ${edge.to}`)
    }
  }
  return found
}

export const localApiCallsStateAccess: Rule = (modules) =>
  modules
    .filter(({ path }) => isIn(path, 'src', 'plugins') && !isTestCode(path))
    .flatMap(({ path, localApiCalls }) =>
      localApiCalls
        .filter((call) => !call.hasOverrideAccess)
        .map(({ line, method }) => `${path}:${line} calls payload.${method} without writing overrideAccess out`),
    )
