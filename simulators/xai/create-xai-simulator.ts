import { randomUUID } from 'node:crypto'
import { createLlmServer, writeAnswer } from '../llm-kit/index.ts'
import type { LlmExchange, LlmSimulator, Refusal, Script, StreamLatencies } from '../llm-kit/index.ts'
import * as errors from './api-error.ts'
import { toChatAnswer } from './chat-answer.ts'
import { readChatRequest, toScriptMessages } from './chat-request.ts'
import { THOUGHTS_BY_EFFORT, XAI_MODELS } from './models.ts'
import { serveVoice, VOICES } from './voice-upgrade.ts'
import type { VoiceSession } from './voice-upgrade.ts'

/** What a key of the simulated team may do, and what `GET /v1/api-key` says of it with status 200. */
export type XaiSimulatedKey = {
  /** `none-yet`: a new team (403). `used`: all spent (429, on the model list too). */
  credit?: 'some' | 'none-yet' | 'used'
  teamBlocked?: boolean
  keyBlocked?: boolean
  keyDisabled?: boolean
  /** Default: every endpoint and every model. */
  acls?: readonly string[]
  /** Ids; default: every model of the simulator. */
  models?: readonly string[]
}

export type XaiSimulatorOptions = {
  keys: Readonly<Record<string, XaiSimulatedKey>>
  latencies?: Partial<StreamLatencies>
  /** Default: deterministic small talk. */
  script?: Script
  port?: number
}

export type XaiSimulator = LlmSimulator & {
  /** Sessions of speech and of transcription, in order. */
  sessions: readonly VoiceSession[]
}

const ALL = ['api-key:endpoint:*', 'api-key:model:*']

/** What bars a key from everything but `GET /v1/api-key`. */
const findBar = ({ teamBlocked, keyBlocked, keyDisabled, acls = ALL }: XaiSimulatedKey): Refusal | undefined => {
  if (teamBlocked) return errors.blocked('team')
  if (keyBlocked) return errors.blocked('key')
  if (keyDisabled) return errors.disabled
  return acls.some((acl) => acl.startsWith('api-key:endpoint:')) ? undefined : errors.missingAcl
}

const toKeyInfo = (key: string, account: XaiSimulatedKey) => ({
  redacted_api_key: `xai-...${key.slice(-4)}`,
  user_id: '4a8ab1c2-0000-4000-8000-000000000001',
  name: 'Simulated key',
  create_time: '2026-01-02T03:04:05.678901Z',
  modify_time: '2026-01-02T03:04:05.678901Z',
  modified_by: '4a8ab1c2-0000-4000-8000-000000000001',
  team_id: 'team-1',
  acls: account.acls ?? ALL,
  api_key_id: 'ae1e1841-0000-4000-8000-000000000002',
  team_blocked: account.teamBlocked ?? false,
  api_key_blocked: account.keyBlocked ?? false,
  api_key_disabled: account.keyDisabled ?? false,
})

/**
 * A local stand-in for api.x.ai: `GET /v1/api-key`, `GET /v1/models`, `GET /v1/models/{id}` and
 * `POST /v1/chat/completions`, streamed or not, `GET /v1/tts/voices`, and speech and transcription over WebSocket. A wrong key is answered with 400, a blocked one with 200.
 * Source: https://docs.x.ai/developers/rest-api-reference
 */
export async function createXaiSimulator({ script, ...options }: XaiSimulatorOptions): Promise<XaiSimulator> {
  const sessions: VoiceSession[] = []
  const listModels = ({ models }: XaiSimulatedKey) =>
    XAI_MODELS.filter(({ id }) => models === undefined || models.includes(id))

  const route = ({ record, account, reply, refuse, answer }: LlmExchange<XaiSimulatedKey>) => {
    const { method, path } = record
    if (method === 'GET' && path === '/v1/api-key') return reply(200, toKeyInfo(record.key as string, account))
    const bar = findBar(account)
    if (bar) return refuse(bar)
    if (method === 'GET' && (path === '/v1/models' || path.startsWith('/v1/models/'))) {
      if (account.credit === 'used') return refuse(errors.creditsUsed)
      const list = listModels(account).map(({ id }) => ({ id, created: 1743724800, object: 'model', owned_by: 'xai' }))
      if (path === '/v1/models') return reply(200, { data: list, object: 'list' })
      const id = decodeURIComponent(path.slice('/v1/models/'.length))
      const model = list.find((candidate) => candidate.id === id)
      return model ? reply(200, model) : refuse(errors.modelNotFound(id))
    }
    if (method === 'GET' && path === '/v1/tts/voices') {
      return reply(200, {
        voices: VOICES.map((id) => ({ voice_id: id, name: `${id[0]?.toUpperCase()}${id.slice(1)}` })),
      })
    }
    if (method !== 'POST' || path !== '/v1/chat/completions') {
      return refuse({ status: 404, body: { code: 'Some requested entity was not found', error: 'Not found.' } })
    }
    if (!/^application\/json\b/.test(record.headers['content-type'] ?? '') || record.body === undefined) {
      return refuse(errors.invalidArgument('Failed to parse the request body as JSON.'))
    }
    const read = readChatRequest(record.body, listModels(account))
    if ('refusal' in read) return refuse(read.refusal)
    if (account.credit === 'none-yet') return refuse(errors.newTeamWithoutCredits)
    if (account.credit === 'used') return refuse(errors.creditsUsed)
    const { request, model } = read
    const written = writeAnswer({
      messages: toScriptMessages(request),
      script,
      limit: request.max_completion_tokens ?? request.max_tokens ?? undefined,
      thoughts: THOUGHTS_BY_EFFORT[request.reasoning_effort ?? model.defaultEffort],
    })
    const { frames, whole } = toChatAnswer(request, written)
    answer({ tokens: written.tokens, frames: request.stream ? frames : undefined, whole })
  }

  const server = await createLlmServer<XaiSimulatedKey>({
    ...options,
    attach: (http, door) =>
      serveVoice({
        server: http,
        door,
        findBar: (account) => findBar(account) ?? (account.credit === 'used' ? errors.creditsUsed : undefined),
        sessions,
      }),
    readKey: ({ headers }) => /^Bearer (\S+)$/.exec(headers.authorization ?? '')?.[1],
    answerHeaders: () => ({ 'x-request-id': randomUUID() }),
    missingKey: errors.missingKey,
    unknownKey: errors.incorrectKey,
    faults: {
      unauthorized: errors.incorrectKey,
      'out-of-credit': () => errors.creditsUsed,
      'rate-limit': () => errors.rateLimited,
      overloaded: () => errors.unavailable,
      'server-error': () => errors.internalError,
    },
    route,
  })
  return { ...server, sessions }
}
