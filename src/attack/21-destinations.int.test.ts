import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { ALERT_SETTINGS, VAULT_SECRETS } from '../collections/slugs.ts'
import { createGuardedFetch } from '../net/index.ts'
import { silentWav } from '../testing/create-sample.ts'
import { bootAttackRig } from './testing/attack-rig.ts'
import type { AttackRig, Method } from './testing/attack-rig.ts'

/** Many requests each, on a machine that may have much else to do. */
jest.setTimeout(180_000)

let rig: AttackRig
/** Of what stands for a service inside. */
let port: string
beforeAll(async () => {
  rig = await bootAttackRig({ a: ['hostilellm'], b: ['hostilellm'] })
  port = new URL(rig.elsewhere.url).port
})
afterAll(() => rig?.close())

const asA = (method: Method, path: string, body?: unknown) =>
  rig.send({ as: rig.people['owner of A'], method, path, body })

const inside = () => [
  `http://127.0.0.1:${port}/`,
  `http://localhost:${port}/`,
  `http://LOCALHOST.:${port}/`,
  `http://127.1:${port}/`,
  `http://2130706433:${port}/`,
  `http://0x7f000001:${port}/`,
  `http://017700000001:${port}/`,
  `http://0x7f.0.0.1:${port}/`,
  `http://①②⑦.0.0.1:${port}/`,
  `http://0:${port}/`,
  `http://[::1]:${port}/`,
  `http://[::]:${port}/`,
  `http://[::ffff:127.0.0.1]:${port}/`,
  `http://[::ffff:7f00:1]:${port}/`,
  `http://[64:ff9b::7f00:1]:${port}/`,
  `http://[2002:7f00:1::]:${port}/`,
  `http://127.0.0.1.nip.io:${port}/`,
  `http://localtest.me:${port}/`,
  'http://169.254.169.254/latest/meta-data/',
  'http://[fd00:ec2::254]/latest/meta-data/',
  'http://metadata.google.internal/computeMetadata/v1/',
  'http://100.100.100.200/latest/meta-data/',
  'http://168.63.129.16/metadata',
  'http://10.0.0.1/',
  'http://172.16.0.1/',
  'http://192.168.1.1/',
  'http://100.64.0.1/',
  'http://0.0.0.0/',
  'http://224.0.0.1/',
  'http://255.255.255.255/',
  'http://router/',
  'http://db.internal/',
  'https://user:secret@hooks.example.com/',
  'https://hooks.example.com@127.0.0.1/',
  'https://hooks.example.com:22/',
  'ftp://hooks.example.com/',
  'file:///etc/passwd',
  'gopher://127.0.0.1:6379/_FLUSHALL',
  'javascript:alert(1)',
  '//127.0.0.1/',
  'http:\\\\127.0.0.1\\',
  `http://127.0.0.1:${port}\\@hooks.example.com/`,
  'https://',
  'x'.repeat(100_000),
]

describe('check 21: an address inside', () => {
  it('check 21: is refused when a tenant saves it as a webhook, in every writing', async () => {
    for (const webhookUrl of inside()) {
      const { status, body } = await asA('put', '/alert-settings', { webhookUrl })
      expect([webhookUrl.slice(0, 80), status]).toEqual([webhookUrl.slice(0, 80), 400])
      expect(body.code).toMatch(/^invalid_(destination|input)$/)
      expect(JSON.stringify(body)).not.toMatch(/secret@|ECONN|refused/)
    }
    for (const webhookUrl of [{ $ne: null }, ['http://127.0.0.1'], 7, true]) {
      await asA('put', '/alert-settings', { webhookUrl }).expect(400)
    }
    const { body } = await asA('get', '/alert-settings').expect(200)
    expect(body.webhookUrl).toBeNull()
  })

  it('check 21: is refused when it is used, where it got into the database all the same', async () => {
    await asA('put', '/alert-settings', { webhookUrl: 'https://hooks.example.com/patchbay' }).expect(200)
    await asA('post', '/alert-settings/secret', {}).expect(201)
    const texts = new Set<string>()
    for (const webhookUrl of [`http://127.0.0.1:${port}/`, `http://[::1]:${port}/`, 'http://169.254.169.254/']) {
      await rig.server.payload.db.updateOne({
        collection: ALERT_SETTINGS,
        where: { tenant: { equals: String(rig.a.tenant.id) } },
        data: { webhookUrl },
      })
      const { status, text, body } = await asA('post', '/alert-settings/test', {})
      expect([webhookUrl, status]).toEqual([webhookUrl, 200])
      expect(body.webhook).toMatchObject({ ok: false })
      expect(text).not.toMatch(/127\.0\.0\.1|169\.254|ECONN/)
      texts.add(String(body.webhook.status))
    }
    expect(texts.size).toBe(1)
    expect(rig.elsewhere.requests).toEqual([])
  })

  it('check 21: is nothing that a tenant can give for a provider, a model, an agent or a number', async () => {
    const url = `${rig.elsewhere.url}/v1`
    const apiKey = 'attack-0123456789abcdef'
    for (const field of ['baseUrl', 'base_url', 'host', 'endpoint', 'origin', 'api_base', 'url']) {
      const { owner } = await rig.addSide([])
      const send = (method: Method, path: string, body: unknown) => rig.send({ as: owner.headers, method, path, body })
      await send('post', '/user-api-keys/validate', { provider: 'openai', apiKey, [field]: url }).expect(400)
      const credentials = { apiKey, [field]: url }
      await send('post', '/user-api-keys/validate', { provider: 'openai', credentials }).expect(400)
      await send('post', '/ai-config', { provider: 'openai', apiKey, modelName: 'x', [field]: url })
      await send('post', '/user-api-keys/store', { provider: 'deepgram', apiKey, defaults: { [field]: url } })
      await send('post', '/user-api-keys/validate', { provider: 'deepgram' })
    }
    const { body } = await asA('post', '/agents', {
      name: 'Aimed',
      baseUrl: url,
      llm: { provider: 'openai', baseUrl: url, apiBase: url },
    })
    const { text } = await asA('get', `/agents/${body.doc?.id}`)
    expect(text).not.toContain(url)
    expect(rig.elsewhere.requests).toEqual([])
  })
})

describe('check 21: a file that the server is to fetch', () => {
  it('check 21: is fetched from nowhere and read from no folder, by any verb and parameter', async () => {
    const as = rig.people['owner of A']
    const { data } = silentWav()
    const { body } = await rig
      .send({ as, method: 'post', path: '/media' })
      .attach('file', data, { filename: 'own.wav', contentType: 'audio/wav' })
      .expect(201)
    const edits =
      'uploadEdits[crop][width]=1&uploadEdits[crop][height]=1&uploadEdits[widthInPixels]=1&uploadEdits[heightInPixels]=1'
    for (const [filename, url] of [
      ['a.wav', `${rig.elsewhere.url}/a.wav`],
      ['a.wav', 'http://169.254.169.254/latest/meta-data/'],
      ['../../package.json', '/api/media/file/package.json'],
      ['..%2f..%2fpackage.json', '/x'],
      ['/etc/passwd', '/etc/passwd'],
      ['a.wav', `${rig.server.url}/api/user-api-keys`],
    ]) {
      for (const [method, path] of [
        ['post', `/media?${edits}`],
        ['patch', `/media/${body.doc.id}?${edits}`],
        ['patch', `/media?where[id][equals]=${body.doc.id}&${edits}`],
        ['post', `/media/${body.doc.id}/duplicate`],
      ] as const) {
        const { text } = await rig.send({ as, method, path, body: { filename, url, mimeType: 'audio/wav' } })
        expect(text).not.toMatch(/devDependencies|root:|ECONN|169\.254\.169\.254 /)
      }
      await rig.send({ as, path: `/media/paste-url?src=${encodeURIComponent(url ?? '')}` }).expect(400)
      await rig.send({ as, path: `/media/paste-url/${body.doc.id}?src=${encodeURIComponent(url ?? '')}` }).expect(400)
    }
    expect(rig.elsewhere.requests).toEqual([])
    const after = await rig.send({ as, path: `/media/${body.doc.id}` }).expect(200)
    expect(after.body.filename).toBe(body.doc.filename)
    await rig.send({ as, method: 'delete', path: `/media/${body.doc.id}` }).expect(200)
  })
})

describe('check 22: a name that leads inside', () => {
  const guarded = (addresses: string[][]) => {
    let asked = 0
    return createGuardedFetch({
      resolve: async () => {
        const answer = addresses[Math.min(asked, addresses.length - 1)] ?? []
        asked += 1
        return answer.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
      },
      allowsHttp: true,
      timeoutMs: 1_000,
      maxBytes: 1_000,
    })
  }

  it.each<[string, string[][]]>([
    ['that changes between two questions', [['93.184.216.34'], ['127.0.0.1']]],
    ['with a public and an internal address', [['93.184.216.34', '127.0.0.1']]],
    ['with an internal address first', [['127.0.0.1', '93.184.216.34']]],
    ['with an IPv6 form of an internal address', [['::ffff:127.0.0.1']]],
    ['with no address', [[]]],
  ])('check 22: %s is refused when the connection is opened', async (_name, addresses) => {
    const fetch = guarded(addresses)
    const before = rig.elsewhere.requests.length
    await expect(fetch(`http://rebind.example.com:${port}/`, { method: 'POST', body: '{}' })).rejects.toBeDefined()
    expect(rig.elsewhere.requests.length).toBe(before)
  })
})

describe('check 23: another destination for a stored secret', () => {
  it('check 23: a webhook that moves to another origin leaves its signing secret behind', async () => {
    const as = rig.people['owner of B']
    const put = (webhookUrl: string | null) =>
      rig.send({ as, method: 'put', path: '/alert-settings', body: { webhookUrl } })
    await put('https://hooks.example.com/one').expect(200)
    const { body: made } = await rig.send({ as, method: 'post', path: '/alert-settings/secret', body: {} }).expect(201)
    rig.addCanary('webhook secret', made.secret.slice(6))
    const kept = await put('https://hooks.example.com/two').expect(200)
    expect(kept.body.hasWebhookSecret).toBe(true)
    for (const webhookUrl of [
      'https://hooks.example.com:8443/one',
      'https://hooks.example.org/one',
      'https://evil.hooks.example.com/one',
    ]) {
      const moved = await put(webhookUrl).expect(200)
      expect([webhookUrl, moved.body.hasWebhookSecret]).toEqual([webhookUrl, false])
      const where = { provider: { equals: 'alert-webhook' }, tenant: { equals: String(rig.b.tenant.id) } }
      expect((await rig.server.payload.db.find({ collection: VAULT_SECRETS, where })).docs).toEqual([])
      await rig.send({ as, method: 'post', path: '/alert-settings/test', body: {} }).expect(409)
    }
    const back = await put('https://hooks.example.com/one').expect(200)
    expect(back.body.hasWebhookSecret).toBe(false)
    for (const path of ['/alert-settings', '/audit-log', '/alerts', '/user-api-keys']) {
      expect(rig.scan((await rig.send({ as, path })).text)).toEqual([])
    }
  })

  it('check 23: editors, viewers and other tenants move no webhook', async () => {
    for (const role of [
      'editor of A',
      'viewer of A',
      'owner of B',
      'platform admin',
      'stranger',
      'anonymous',
    ] as const) {
      for (const [method, path] of [
        ['put', '/alert-settings'],
        ['post', '/alert-settings/secret'],
        ['post', '/alert-settings/test'],
        ['get', '/alert-settings'],
      ] as const) {
        const body = method === 'get' ? undefined : { webhookUrl: 'https://evil.example.com/' }
        const { status } = await rig.send({ as: rig.people[role], method, path, body, tenant: rig.a.tenant.slug })
        expect([role, method, path, [401, 403, 404].includes(status)]).toEqual([role, method, path, true])
      }
    }
  })

  it('check 23: the operator alone aims a provider elsewhere, and no request does', async () => {
    const before = rig.elsewhere.requests.length
    for (const header of ['X-Base-Url', 'Hostilellm-Base-Url', 'X-Forwarded-Host', 'Origin-Override']) {
      await rig
        .send({
          as: rig.people['owner of B'],
          method: 'post',
          path: `/user-api-keys/validate?baseUrl=${rig.elsewhere.url}`,
          body: { provider: 'hostilellm' },
        })
        .set(header, rig.elsewhere.url)
    }
    expect(rig.elsewhere.requests.length).toBe(before)
  })
})
