import request from 'supertest'
import type { Environment } from '../env/index.ts'
import { bootTestServer } from './boot.ts'
import type { TestServer } from './boot.ts'
import { createLocalManifest, startLocalProvider } from './local-provider.ts'
import type { LocalProvider } from './local-provider.ts'
import { signUp } from './people.ts'
import type { TestPerson } from './people.ts'

/** A test server whose extra providers all ask one local provider. */
export type KeyRig = {
  server: TestServer
  provider: LocalProvider
  close(): Promise<void>
}

/** One provider for each capability that services ask for. */
const LOCAL_MANIFESTS = [
  createLocalManifest({ id: 'localstt', name: 'Local Ears', capabilities: ['stt'] }),
  createLocalManifest({ id: 'localllm', name: 'Local Mind', capabilities: ['llm'] }),
  createLocalManifest({ id: 'localtts', name: 'Local Voice', capabilities: ['tts', 'voice-cloning'] }),
  createLocalManifest({ id: 'localphone', name: 'Local Carrier', capabilities: ['telephony'] }),
]
export const LOCAL_IDS = LOCAL_MANIFESTS.map(({ id }) => id)

export async function bootKeyRig(overrides: Partial<Environment> = {}): Promise<KeyRig> {
  const provider = await startLocalProvider()
  const baseUrls = Object.fromEntries(LOCAL_IDS.map((id) => [id, provider.url]))
  const server = await bootTestServer({ baseUrls, ...overrides }, { extraProviders: LOCAL_MANIFESTS }).catch(
    async (error) => {
      await provider.close()
      throw error
    },
  )
  return {
    server,
    provider,
    async close() {
      await server.close()
      await provider.close()
    },
  }
}

type Method = 'get' | 'post' | 'put' | 'patch' | 'delete'

/** Sends a request under `/api` as somebody. */
export const callApi = (
  { server }: KeyRig,
  {
    as,
    method = 'get',
    path,
    body,
  }: { as?: { headers: Record<string, string> }; method?: Method; path: string; body?: object },
) =>
  request(server.url)
    [method](`/api${path}`)
    .set(as?.headers ?? {})
    .send(body)

/** Signs up an owner and stores keys of the given providers in the new workspace. */
export async function signUpWithKeys(rig: KeyRig, keys: Record<string, string>): Promise<TestPerson> {
  const person = await signUp(rig.server)
  for (const [provider, apiKey] of Object.entries(keys)) {
    await callApi(rig, { as: person, method: 'post', path: '/user-api-keys/store', body: { provider, apiKey } }).expect(
      201,
    )
  }
  return person
}
