import { readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import request from 'supertest'
import { spawnServer } from '../testing/browser/spawn-server.ts'
import type { SpawnedServer } from '../testing/browser/spawn-server.ts'
import { TEST_PASSWORD } from '../testing/people.ts'
import { createCanary, createCanaryScan } from './testing/canaries.ts'
import { startHostileProvider } from './testing/hostile-provider.ts'
import type { HostileProvider } from './testing/hostile-provider.ts'
import { wholeAnswer } from './testing/responses.ts'

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..')
const PATIENCE_MS = 120_000
/** What no page shows: ciphertexts, secrets of the server, stacks and places of its files. */
const INSIDE =
  /pbk?1\.[0-9a-f]{16}|encryptionKey|payloadSecret|\bat \S+ \((?:file:|node:|\/)|\.tsx?:\d+:\d|"devDependencies"/

const PROVIDERS = ['openai', 'deepgram'] as const

type Visitor = { cookie: string; headers: Record<string, string>; tenant: { id: number | string; slug: string } }

/** The built product, pages and server functions included; what a browser does with them is tried in the console's own suites. */
describe('what Next serves', () => {
  let hostile: HostileProvider
  let server: SpawnedServer
  let ada: Visitor
  let ben: Visitor
  let documentId: number | string
  let scan: ReturnType<typeof createCanaryScan>

  beforeAll(async () => {
    hostile = await startHostileProvider()
    const environment = Object.fromEntries(PROVIDERS.map((id) => [`${id.toUpperCase()}_BASE_URL`, hostile.url]))
    server = await spawnServer({ environment: { ...environment, LOG_LEVEL: 'trace' } })
    ;[ada, ben] = [await visit('Ada'), await visit('Ben')]
    const canaries: Record<string, string> = {}
    for (const provider of PROVIDERS) {
      const apiKey = createCanary(provider)
      canaries[provider] = apiKey
      await api('post', '/user-api-keys/store', ada, { provider, apiKey }).expect(201)
    }
    scan = createCanaryScan(canaries)
    const { body } = await api('get', '/provider-keys', ada).expect(200)
    documentId = body.docs[0].id
  }, PATIENCE_MS)
  afterAll(async () => {
    await server?.close()
    await hostile?.close()
  })

  async function visit(name: string): Promise<Visitor> {
    const { body, headers } = await request(server.url)
      .post('/api/auth/signup')
      .send({ email: `${name.toLowerCase()}@example.com`, password: TEST_PASSWORD, name })
      .expect(201)
    const cookie = String(headers['set-cookie']).split(';')[0] ?? ''
    return {
      cookie,
      headers: { Cookie: cookie, Origin: server.url, 'Sec-Fetch-Site': 'same-origin' },
      tenant: body.tenant,
    }
  }

  const api = (method: 'get' | 'post', address: string, { headers }: Visitor, body?: object) =>
    request(server.url)[method](`/api${address}`).set(headers).send(body)
  const page = (address: string, headers: Record<string, string>) =>
    request(server.url).get(address).set(headers).redirects(3)

  it(
    'check 20: no page and no React payload holds a key after it was saved, for whoever looks',
    async () => {
      const pages = [
        '/admin',
        '/admin/settings/api-keys',
        '/admin/settings/api-keys/openai',
        '/admin/account',
        '/admin/collections/audit-log',
        '/admin/collections/agents',
        '/admin/collections/agents/create',
      ]
      for (const address of pages) {
        for (const headers of [ada.headers, { ...ada.headers, RSC: '1' }, ben.headers, {}] as Record<
          string,
          string
        >[]) {
          const answer = await page(address, headers)
          expect([address, scan(wholeAnswer(answer))]).toEqual([address, []])
          expect([address, wholeAnswer(answer).match(INSIDE) ?? []]).toEqual([address, []])
        }
      }
      const own = await page('/admin/settings/api-keys', ada.headers)
      expect(own.text).toContain('sk-proj-')
      expect(own.headers['cache-control']).toMatch(/no-store/)
      const foreign = await page('/admin/settings/api-keys', ben.headers)
      expect(foreign.text).not.toContain(ada.tenant.slug)
    },
    PATIENCE_MS,
  )

  it(
    'check 20: pages that are not there, or fail, tell nothing of the inside',
    async () => {
      const asked = hostile.requests.length
      for (const address of [
        '/nothing-here',
        '/admin/nothing-here',
        '/admin/collections/vault-secrets',
        '/admin/collections/vault-secrets/1',
        '/admin/collections/vault-data-keys/create',
        `/admin/collections/provider-keys/${documentId}`,
        '/admin/collections/payload-jobs',
        '/admin/settings/api-keys/__proto__',
        '/api/vault-secrets',
        '/%E0%A4%A',
        '/_next/static/../../../package.json',
        '/_next/data/x/admin.json',
        '/_next/image?url=http%3A%2F%2F169.254.169.254%2F&w=64&q=75',
        `/_next/image?url=${encodeURIComponent(hostile.url)}&w=64&q=75`,
      ]) {
        for (const headers of [ben.headers, { ...ben.headers, RSC: '1' }, {}] as Record<string, string>[]) {
          const answer = await page(address, headers)
          expect([address, scan(wholeAnswer(answer))]).toEqual([address, []])
          expect([address, answer.text?.match(INSIDE) ?? []]).toEqual([address, []])
        }
      }
      expect(hostile.requests.length).toBe(asked)
    },
    PATIENCE_MS,
  )

  it(
    'check 01: no server function gives one tenant what is another’s, or anybody what the vault holds',
    async () => {
      const manifest = JSON.parse(readFileSync(path.join(root, '.next/server/server-reference-manifest.json'), 'utf8'))
      const actions = Object.keys(manifest.node ?? {})
      expect(actions.length).toBeGreaterThan(0)
      const { body: own } = await api('get', '/provider-keys?depth=0', ada).expect(200)
      const traces = own.docs.map(({ credentialId }: { credentialId: string }) => credentialId)
      expect(traces).toHaveLength(2)
      const names = [
        'form-state',
        'render-document',
        'render-list',
        'table-state',
        'render-document-slots',
        'render-field',
        'copy-data-from-locale',
        'schedule-publish',
        'get-folder-results-component-and-data',
        'render-live-preview',
        '__proto__',
      ]
      const statuses = new Set<number>()
      for (const action of actions) {
        for (const name of names) {
          for (const collectionSlug of ['provider-keys', 'vault-secrets', 'vault-data-keys', 'audit-log', 'users']) {
            const args = {
              collectionSlug,
              slug: collectionSlug,
              id: documentId,
              docID: documentId,
              operation: 'update',
              schemaPath: collectionSlug,
              renderAllFields: true,
              docPermissions: { fields: true, read: true, update: true },
              docPreferences: { fields: {} },
              query: { limit: 100 },
              enableRowSelections: false,
              columns: [],
              data: {},
              formState: {},
              overrideAccess: true,
            }
            const answer = await request(server.url)
              .post('/admin')
              .set({
                ...ben.headers,
                'Next-Action': action,
                'Content-Type': 'text/plain;charset=UTF-8',
                Accept: 'text/x-component',
              })
              .send(JSON.stringify([{ name, args }]))
            const whole = wholeAnswer(answer)
            statuses.add(answer.status)
            expect([name, collectionSlug, scan(whole)]).toEqual([name, collectionSlug, []])
            for (const trace of [...traces, 'ada@example.com', ada.tenant.slug])
              expect([name, collectionSlug, whole.includes(trace)]).toEqual([name, collectionSlug, false])
            expect(whole).not.toMatch(/pbk?1\.[0-9a-f]/)
          }
        }
      }
      // They were reached, and refused or answered: a name that is not there would tell nothing.
      expect(statuses).toContain(200)
      // Of somebody else's site the same call is refused before it is read.
      const forged = await request(server.url)
        .post('/admin')
        .set({
          Cookie: ada.cookie,
          Origin: 'https://evil.example',
          'Next-Action': actions[0] ?? '',
          'Content-Type': 'text/plain;charset=UTF-8',
        })
        .send('[]')
      expect(forged.status).toBeGreaterThanOrEqual(400)
    },
    PATIENCE_MS,
  )

  it(
    'check 16: a provider that echoes, and all of the above, left no key in what the process printed',
    async () => {
      hostile.behaviour = { kind: 'echo', status: 401 }
      for (const provider of PROVIDERS) {
        const answer = await api('post', '/user-api-keys/validate', ada, { provider })
        expect(scan(wholeAnswer(answer))).toEqual([])
      }
      expect(scan(hostile.requests.join('\n'))).not.toEqual([])
      expect(scan((await page('/admin/settings/api-keys', ada.headers)).text)).toEqual([])
      expect(scan(server.output())).toEqual([])
    },
    PATIENCE_MS,
  )
})
