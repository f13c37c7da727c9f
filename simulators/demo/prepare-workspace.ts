import { STAGE_KEYS, STAGE_NUMBER } from '../stage.ts'
import type { Stage } from '../stage.ts'

export type DemoWorkspace = { email: string; password: string; number: string }

const PROMPT = `You answer the phone of **{{tenant_name}}**, a small restaurant.

- Be brief and friendly: one or two sentences at a time.
- Tell the opening hours, take reservations, and say goodbye when the caller does.`

/** Sets a workspace up over REST as an integrator would: signed up, keys saved, an agent published, a number attached. */
export async function prepareWorkspace({ url, stage }: { url: string; stage: Stage }): Promise<DemoWorkspace> {
  const email = 'demo@example.com'
  const password = 'patchbay-demo'
  const { token, tenant } = await post(url, '/api/auth/signup', { email, password, name: 'Demo' })
  stage.account.webhookUrl = `${url}/webhooks/telnyx/${tenant.id}`

  const store = (body: Record<string, unknown>) => post(url, '/api/user-api-keys/store', body, token)
  await store({ provider: 'deepgram', apiKey: STAGE_KEYS.deepgram })
  await store({ provider: 'openai', apiKey: STAGE_KEYS.openai })
  await store({ provider: 'elevenlabs', apiKey: STAGE_KEYS.elevenlabs })
  const { publicKey, connectionId } = stage.account
  await store({ provider: 'telnyx', credentials: { apiKey: STAGE_KEYS.telnyx, publicKey, connectionId } })

  const agent = {
    name: 'Front desk',
    kind: 'voice',
    promptMarkdown: PROMPT,
    greeting: 'Hello, you have reached the restaurant. How can I help you?',
    stt: { provider: 'deepgram' },
    llm: { provider: 'openai' },
    tts: { provider: 'elevenlabs' },
    recording: true,
    _status: 'published',
  }
  const { doc } = await post(url, '/api/agents', agent, token)
  await post(url, '/api/phone-numbers', { number: STAGE_NUMBER, provider: 'telnyx', agent: doc.id }, token)
  return { email, password, number: STAGE_NUMBER }
}

type Answer = { token: string; tenant: { id: number | string }; doc: { id: number | string } }

async function post(url: string, path: string, body: unknown, token?: string): Promise<Answer> {
  const response = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token ? { authorization: `JWT ${token}` } : {}) },
    body: JSON.stringify(body),
  })
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`)
  return (await response.json()) as Answer
}
