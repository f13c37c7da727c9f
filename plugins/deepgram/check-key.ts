import { isProviderError, requestJson } from '../../src/provider-kit/index.ts'
import type { CheckKeyContext, KeyStatus, KeyVerdict, ProviderError } from '../../src/provider-kit/index.ts'
import type { DeepgramCredentials } from './credentials.ts'
import { toDeepgramError } from './errors.ts'
import { hasCreditToListen } from './has-credit-to-listen.ts'
import { isObject, stringOf } from './shape.ts'

const CONSOLE = 'https://console.deepgram.com'
const BILLING = `${CONSOLE}/billing`
const NO_CREDIT = 'The key is good, but its project has no credit left. Add credit in the Deepgram console.'

type Metadata = KeyVerdict['metadata']
type Answer = { json: unknown } | { error: ProviderError }

/**
 * Asks for the projects of the key and the balance of the first. A key without the billing permission is as good for
 * transcription and speech, so it only lacks the balance.
 * Source: https://developers.deepgram.com/docs/authenticating, deepgram-api-specs openapi.yml (ListProjects, ListBalances)
 */
export async function checkKey(context: CheckKeyContext<DeepgramCredentials>): Promise<KeyVerdict> {
  const projects = await get(context, '/v1/projects')
  if ('error' in projects) return refusal(projects.error)
  const project = firstOf(projects.json, 'projects')
  const projectName = stringOf(project?.name)?.slice(0, 100) ?? null
  const projectId = stringOf(project?.project_id)
  const balances = projectId ? await get(context, `/v1/projects/${encodeURIComponent(projectId)}/balances`) : undefined
  if (balances && 'error' in balances && balances.error.kind === 'out-of-credit') return refusal(balances.error)
  const metadata = { projectName, ...readBalance(balances && 'json' in balances ? balances.json : undefined) }
  // Invoiced projects go on at zero, so an empty balance is only worth a closer look.
  const isEmpty = metadata.balance !== null && metadata.balance <= 0
  if (isEmpty && !(await hasCreditToListen(context))) return verdict('out-of-credit', NO_CREDIT, metadata, BILLING)
  return verdict('valid', describe(metadata), metadata)
}

async function get(context: CheckKeyContext<DeepgramCredentials>, path: string): Promise<Answer> {
  const { credentials, origins, signal } = context
  try {
    const { status, headers, text, json } = await requestJson({
      provider: 'deepgram',
      url: `${origins.api}${path}`,
      headers: { authorization: `Token ${credentials.apiKey}` },
      signal,
    })
    return status === 200 ? { json } : { error: toDeepgramError({ status, headers, text }) }
  } catch (error) {
    if (isProviderError(error)) return { error }
    throw error
  }
}

/** The balances of a project in one sum; several come where several purchases were made. */
function readBalance(json: unknown): { balance: number | null; currency: string | null } {
  const rows = isObject(json) && Array.isArray(json.balances) ? json.balances.filter(isObject) : []
  const amounts = rows.flatMap((row) => (typeof row.amount === 'number' ? [row.amount] : []))
  const units = stringOf(rows[0]?.units)
  const currency = units && /^[A-Za-z]{3}$/.test(units) ? units.toUpperCase() : null
  if (amounts.length === 0) return { balance: null, currency: null }
  return { balance: Math.round(amounts.reduce((sum, amount) => sum + amount, 0) * 100) / 100, currency }
}

function describe(metadata: { projectName: string | null; balance: number | null; currency: string | null }): string {
  const { projectName, balance, currency } = metadata
  const project = projectName ? ` It belongs to the project ${projectName}.` : ''
  const credit = balance === null ? '' : ` Its credit is ${balance} ${currency ?? 'units'}.`
  return `Deepgram accepted the key.${project}${credit}`
}

function refusal(error: ProviderError): KeyVerdict {
  switch (error.kind) {
    case 'rejected':
    case 'invalid-request':
      return verdict('rejected', 'Deepgram rejected the key. Make a new one in its console.', {}, CONSOLE)
    case 'out-of-credit':
      return verdict('out-of-credit', NO_CREDIT, {}, BILLING)
    case 'limited': {
      const message = 'Deepgram knows the key, but it may not list its project. Calls need the role Member.'
      return verdict('limited', message, {}, CONSOLE)
    }
    case 'rate-limited':
      return silence('Deepgram takes no more requests at the moment. The key was not judged.', error)
    default:
      return silence('Deepgram could not be asked. The key was not judged.', error)
  }
}

const silence = (message: string, { retryAfterMs }: ProviderError): KeyVerdict => ({
  ...verdict('unreachable', message, {}),
  ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
})

/** A key is a role in a project; none is documented that may transcribe and not speak, or the other way round. */
const CAN_CALL: Readonly<Partial<Record<KeyStatus, boolean>>> = { valid: true, limited: true }

const verdict = (status: KeyStatus, message: string, metadata: Metadata, fixUrl?: string): KeyVerdict => ({
  status,
  // Silence says nothing about what a key can do.
  capabilities: status === 'unreachable' ? {} : { stt: CAN_CALL[status] ?? false, tts: CAN_CALL[status] ?? false },
  message,
  metadata,
  ...(fixUrl === undefined ? {} : { fixUrl }),
})

const firstOf = (json: unknown, list: string): Record<string, unknown> | undefined => {
  const rows = isObject(json) ? json[list] : undefined
  return Array.isArray(rows) ? rows.find(isObject) : undefined
}
