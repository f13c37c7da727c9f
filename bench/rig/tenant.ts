import { randomBytes } from 'node:crypto'
import type { TelnyxAccount } from '../../simulators/telnyx/index.ts'
import { GREETING } from './call-script.ts'

export type ProviderKeys = { deepgram: string; openai: string; elevenlabs: string; telnyx: string }

/** Keys of the shapes that the providers give out. */
export const createKeys = (): ProviderKeys => ({
  deepgram: randomBytes(20).toString('hex'),
  openai: `sk-proj-${randomBytes(40).toString('base64url')}`,
  elevenlabs: `sk_${randomBytes(24).toString('hex')}`,
  telnyx: `KEY${randomBytes(28).toString('hex').slice(0, 55)}`,
})

export type Tenant = { tenantId: string; number: string }

type SetUpOptions = { url: string; keys: ProviderKeys; carrier: TelnyxAccount; recording: boolean }

const NUMBER = '+14155551000'

/** Signs up, saves the keys, publishes an agent and attaches a number, all over REST. */
export async function setUpTenant({ url, keys, carrier, recording }: SetUpOptions): Promise<Tenant> {
  const post = async (path: string, body: unknown, token?: string): Promise<Record<string, unknown>> => {
    const response = await fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token ? { authorization: `JWT ${token}` } : {}) },
      body: JSON.stringify(body),
    })
    if (response.status !== 201 && response.status !== 200) {
      throw new Error(`${path} answered ${response.status}: ${await response.text()}`)
    }
    return response.json()
  }
  const person = { email: 'owner@example.com', password: randomBytes(16).toString('hex'), name: 'Owner' }
  const signup = (await post('/api/auth/signup', person)) as { token: string; tenant: { id: string | number } }
  const tenantId = String(signup.tenant.id)
  carrier.webhookUrl = `${url}/webhooks/telnyx/${tenantId}`

  const store = (body: Record<string, unknown>) => post('/api/user-api-keys/store', body, signup.token)
  await store({ provider: 'deepgram', apiKey: keys.deepgram })
  await store({ provider: 'openai', apiKey: keys.openai })
  await store({ provider: 'elevenlabs', apiKey: keys.elevenlabs })
  const { publicKey, connectionId } = carrier
  await store({ provider: 'telnyx', credentials: { apiKey: keys.telnyx, publicKey, connectionId } })

  const agent = {
    name: 'Front desk',
    kind: 'voice',
    promptMarkdown: 'You answer the phone of **{{tenant_name}}**.\n\n- Be brief.\n- Be kind.',
    greeting: GREETING,
    stt: { provider: 'deepgram' },
    llm: { provider: 'openai' },
    tts: { provider: 'elevenlabs' },
    recording,
    _status: 'published',
  }
  const { doc } = (await post('/api/agents', agent, signup.token)) as { doc: { id: string | number } }
  await post('/api/phone-numbers', { number: NUMBER, provider: 'telnyx', agent: doc.id }, signup.token)
  return { tenantId, number: NUMBER }
}
