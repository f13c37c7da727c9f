import type { Endpoint, PayloadRequest } from 'payload'
import type { DocumentId } from '../../../access/membership.ts'
import type { ListContext, ModelInfo, ProviderManifest, VoiceInfo } from '../../../provider-kit/index.ts'
import { ApiError } from '../../../rest/api-error.ts'
import { defineEndpoint } from '../../../rest/define-endpoint.ts'
import { findUsableKey } from '../../../vault/index.ts'
import { choiceOf } from '../choice-of.ts'
import { cleanList } from '../clean-list.ts'
import type { AttemptLimiter } from '../../../auth/attempt-limiter.ts'
import type { ListCache } from '../create-list-cache.ts'
import { requireAuthor } from '../require-author.ts'
import { withTenantKey } from '../with-tenant-key.ts'

const DEADLINE_MS = 10_000

type Kind = 'stt' | 'llm' | 'tts'
const KINDS: readonly string[] = ['stt', 'llm', 'tts']

type Choices<Item> = {
  docs: readonly Item[]
  /** What an agent gets that names none. */
  default: string
  /** `account`: as the provider lists it for the workspace's key. `catalogue`: what is known without asking. */
  source: 'account' | 'catalogue'
  /** The provider would list what a key may use, and the workspace has none. */
  isKeyMissing: boolean
}

/** What the endpoints of lists share. */
export type Lists = {
  cache: ListCache
  /** Bounds how often a workspace's key is used for lists that the cache does not hold: failures are not kept. */
  limiter: AttemptLimiter
}

type ChoicesOptions<Item> = {
  req: PayloadRequest
  lists: Lists
  manifest: ProviderManifest
  name: 'voices' | 'models'
  known: Pick<Choices<Item>, 'docs' | 'default'>
  /** Absent where the provider lists nothing. */
  list: ((context: ListContext) => Promise<readonly Item[]>) | undefined
}

async function listChoices<Item extends { id: string }>(options: ChoicesOptions<Item>): Promise<Choices<Item>> {
  const { req, lists, manifest, name, known, list } = options
  const { id: tenant } = await requireAuthor(req)
  const key = list && (await findUsableKey({ payload: req.payload, tenant, provider: manifest.id }))
  if (!list || !key) return { ...known, source: 'catalogue', isKeyMissing: list !== undefined }
  const entry = JSON.stringify([String(tenant), key.credentialId, key.version, name])
  const docs = await lists.cache.get(entry, () => ask({ req, tenant, limiter: lists.limiter, manifest, list }))
  return { ...known, docs, source: 'account', isKeyMissing: false }
}

type AskOptions<Item> = {
  req: PayloadRequest
  tenant: DocumentId
  limiter: AttemptLimiter
  manifest: ProviderManifest
  list(context: ListContext): Promise<readonly Item[]>
}

async function ask<Item extends { id: string }>(options: AskOptions<Item>): Promise<readonly Item[]> {
  const { req, tenant, limiter, manifest, list } = options
  const retryAfterSeconds = limiter.take(`${tenant}:${manifest.id}`)
  if (retryAfterSeconds > 0) {
    const message = `${manifest.name} was asked too often for its lists. Try again in ${retryAfterSeconds} seconds.`
    throw new ApiError({ status: 429, code: 'too_many_lists', message, details: { retryAfterSeconds } })
  }
  return withTenantKey({
    payload: req.payload,
    tenant,
    manifest,
    purpose: 'list',
    deadlineMs: DEADLINE_MS,
    work: async (context, scrub) => cleanList(await list(context), scrub),
  })
}

/** `GET /api/providers/:id/voices`: the voices that the workspace's key may speak with, its own first. */
export const createListVoices = (lists: Lists): Endpoint =>
  defineEndpoint({
    path: '/providers/:id/voices',
    method: 'get',
    async handler(req) {
      const manifest = choiceOf(req, 'tts')
      const { defaultVoice, listVoices } = manifest.tts
      const docs: VoiceInfo[] = [{ id: defaultVoice, name: defaultVoice }]
      return listChoices({
        req,
        lists,
        manifest,
        name: 'voices',
        known: { docs, default: defaultVoice },
        list: listVoices,
      })
    },
  })

/** `GET /api/providers/:id/models?capability=stt|llm|tts`: the models of a provider for one capability. */
export const createListModels = (lists: Lists): Endpoint =>
  defineEndpoint({
    path: '/providers/:id/models',
    method: 'get',
    async handler(req) {
      const capability = String(req.query?.capability ?? 'llm')
      if (!KINDS.includes(capability)) {
        const message = 'Say what the model is for: capability=stt, llm or tts.'
        throw new ApiError({ status: 400, code: 'invalid_input', message })
      }
      const manifest = choiceOf(req, capability as Kind)
      const { models, defaultModel } = manifest[capability as Kind] as {
        models: readonly ModelInfo[]
        defaultModel: string
      }
      const list = capability === 'llm' ? manifest.llm?.listModels : undefined
      return listChoices({ req, lists, manifest, name: 'models', known: { docs: models, default: defaultModel }, list })
    },
  })
