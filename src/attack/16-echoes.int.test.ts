import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { ASKED_IDS, bodyFor, bootAttackRig, HOSTILE_IDS, SHIPPED_IDS } from './testing/attack-rig.ts'
import type { AttackRig, Method, Side } from './testing/attack-rig.ts'
import { createCanary, hasShape } from './testing/canaries.ts'
import type { Carelessness } from './testing/hostile-manifests.ts'
import { wholeAnswer } from './testing/responses.ts'
import { readDisk } from './testing/scan-database.ts'

/** Many requests each, on a machine that may have much else to do. */
jest.setTimeout(180_000)

/** As many as one person may test within a minute, at two tests each. */
const AT_A_TIME = 10

let rig: AttackRig
beforeAll(async () => {
  rig = await bootAttackRig({ a: [], b: [] })
})
afterAll(() => rig?.close())
afterEach(() => {
  rig.hostile.behaviour = { kind: 'accept' }
  rig.careless.how = undefined
})

/** Where what a provider said of a key is kept. */
const KEPT_AT = ['/user-api-keys', '/provider-keys?depth=3', '/audit-log?limit=0&depth=3', '/alerts?limit=0']

/** What one owner gets to read, of their own and of all that a page shows. */
function readEverything(side: Side): Promise<string> {
  const paths = [
    ...KEPT_AT,
    '/audit-log/export?format=csv',
    '/audit-log/export?format=jsonl',
    '/alert-settings',
    '/ai-config',
    '/services',
    '/providers',
    '/usage?limit=0',
    '/agents?depth=3',
    ...['hostilellm', 'openai'].flatMap((id) =>
      ['impact', 'usage', 'history'].map((rest) => `/user-api-keys/${id}/${rest}`),
    ),
  ]
  return readAll(side, paths)
}

async function readAll({ owner, tenant }: Side, paths: readonly string[]): Promise<string> {
  const answers = await Promise.all(paths.map((path) => rig.send({ as: owner.headers, path, tenant: tenant.slug })))
  return answers.map(wholeAnswer).join('\n')
}

type ProvokeOptions = { name?: string; isBrief?: boolean }

/** Tests, stores, replaces and tests again the keys of some providers; briefly, stores and tests. @returns all that came back */
async function provoke(
  side: Side,
  providers: readonly string[],
  { name = '', isBrief = false }: ProvokeOptions = {},
): Promise<string[]> {
  const answers: string[] = []
  const send = async (method: Method, path: string, body: unknown) => {
    answers.push(wholeAnswer(await rig.send({ as: side.owner.headers, method, path, body })))
  }
  for (const provider of providers) {
    const [first, second] = [createCanary(provider), createCanary(provider)]
    rig.addCanary(`${provider} ${name} first`, first)
    rig.addCanary(`${provider} ${name} second`, second)
    if (!isBrief) await send('post', '/user-api-keys/validate', { provider, ...bodyFor(provider, first) })
    await send('post', '/user-api-keys/store', { provider, ...bodyFor(provider, first) })
    if (!isBrief) await send('put', `/user-api-keys/${provider}`, bodyFor(provider, second))
    await send('post', '/user-api-keys/validate', { provider })
  }
  return answers
}

describe('check 16: a provider that gives the key back', () => {
  const sides: { side: Side; isBrief: boolean }[] = []

  it('check 16: is tried behind every provider that is offered, with keys of the form that it gives out', () => {
    expect(ASKED_IDS.length).toBeGreaterThan(12)
    expect(SHIPPED_IDS.filter((id) => !hasShape(id))).toEqual([])
  })

  it.each([200, 400, 401, 402, 403, 429, 500])(
    'check 16: with status %i, in every header, field and writing, shows it to nobody',
    async (status) => {
      rig.hostile.behaviour = { kind: 'echo', status }
      const before = rig.hostile.requests.length
      const name = String(status)
      const groups = [
        { providers: HOSTILE_IDS, isBrief: false },
        { providers: ASKED_IDS.slice(0, AT_A_TIME), isBrief: true },
        { providers: ASKED_IDS.slice(AT_A_TIME), isBrief: true },
      ]
      const answers = await Promise.all(
        groups.map(async ({ providers, isBrief }) => {
          const side = await rig.addSide([])
          sides.push({ side, isBrief })
          return provoke(side, providers, { name, isBrief })
        }),
      )
      // The provider did get, and so did give back, a key of every one of them.
      const given = rig.scan(rig.hostile.requests.slice(before).join('\n')).map((found) => found.split(' ')[0])
      expect(new Set(given)).toEqual(new Set([...HOSTILE_IDS, ...ASKED_IDS]))
      // Neither was a key refused for its form, nor one person's tests for their number.
      for (const answer of answers.flat()) expect(answer).not.toMatch(/^(400|429|500)/)
      for (const answer of answers.flat()) expect(rig.scan(answer)).toEqual([])
      expect(rig.scanLog()).toEqual([])
    },
  )

  it('check 16: leaves none of it in any list, page or export, nor in the database', async () => {
    for (const { side, isBrief } of sides) {
      expect(rig.scan(await (isBrief ? readAll(side, KEPT_AT) : readEverything(side)))).toEqual([])
    }
    expect(rig.scanLog()).toEqual([])
    for (const bytes of Object.values(await readDisk(rig.server))) expect(rig.scan(bytes)).toEqual([])
  })
})

describe('check 17: failures with the key in hand', () => {
  const WAYS: Carelessness[] = [
    'throws-address',
    'throws-cause',
    'throws-text',
    'throws-config',
    'rejects-provider-error',
    'throws-later',
  ]

  it.each(WAYS)('check 17: a plugin that fails by %s gives nothing away, and no good key goes bad', async (how) => {
    const warnings: string[] = []
    const note = (warning: Error) => void warnings.push(String(warning.stack))
    process.on('warning', note)
    const side = await rig.addSide(['hostiletts'])
    rig.careless.how = how
    const answers = await provoke(side, ['hostilellm', 'hostilequery'])
    answers.push(
      wholeAnswer(
        await rig.send({
          as: side.owner.headers,
          method: 'post',
          path: '/user-api-keys/validate',
          body: { provider: 'hostiletts' },
        }),
      ),
    )
    for (const answer of answers) expect(rig.scan(answer)).toEqual([])
    const everything = await readEverything(side)
    expect(rig.scan(everything)).toEqual([])
    const { body } = await rig.send({ as: side.owner.headers, path: '/user-api-keys' })
    expect(body.docs.find((doc: { provider: string }) => doc.provider === 'hostiletts')).toMatchObject({
      status: 'valid',
    })
    expect(rig.scanLog()).toEqual([])
    process.off('warning', note)
  })

  it('check 17: neither do networks that break', async () => {
    const side = await rig.addSide([])
    for (const kind of ['cut', 'huge'] as const) {
      rig.hostile.behaviour = { kind }
      for (const answer of await provoke(
        side,
        kind === 'cut' ? ['hostilellm', 'deepgram'] : ['openai', 'hostilequery'],
      )) {
        expect(rig.scan(answer)).toEqual([])
      }
    }
    expect(rig.scan(await readEverything(side))).toEqual([])
    expect(rig.scanLog()).toEqual([])
  })

  it('check 17: nor a database that fails while the key is being saved, and says with what', async () => {
    const { db } = rig.server.payload
    const create = db.create
    const side = await rig.addSide([])
    const key = createCanary('openai')
    rig.addCanary('database', key)
    db.create = async (options: Parameters<typeof create>[0]) => {
      if (String(options.collection) !== 'vault-secrets') return create.call(db, options)
      throw Object.assign(new Error(`Failed query: insert into "vault_secrets" values (?, ?)\nparams: 1,${key}`), {
        params: [key, JSON.stringify({ apiKey: key })],
        cause: new Error(`near "${key}": syntax error`),
      })
    }
    try {
      const answer = await rig.send({
        as: side.owner.headers,
        method: 'post',
        path: '/user-api-keys/store',
        body: { provider: 'openai', apiKey: key },
      })
      expect(answer.status).toBe(500)
      expect(answer.body.code).toBe('internal_error')
      expect(rig.scan(wholeAnswer(answer))).toEqual([])
    } finally {
      db.create = create
    }
    expect(rig.logLines.at(-1)).toContain('failed')
    expect(rig.scanLog()).toEqual([])
  })

  it('check 17: nor bodies that are no JSON, too deep, too large or of another type', async () => {
    const key = createCanary('hostilellm')
    rig.addCanary('malformed', key)
    const as = rig.a.owner.headers
    const texts: [string, string][] = [
      ['application/json', `{"provider":"openai","apiKey":"${key}`],
      ['application/json', `${'['.repeat(50_000)}"${encodeURIComponent(key)}"`],
      ['application/json', JSON.stringify([key, { provider: key }])],
      ['application/json', JSON.stringify({ provider: key, apiKey: { nested: key } })],
      ['text/plain', key],
      ['application/xml', `<apiKey>${encodeURIComponent(key)}</apiKey>`],
      ['application/x-www-form-urlencoded', `provider=openai&apiKey=${encodeURIComponent(key)}`],
      [
        'multipart/form-data; boundary=x',
        `--x\r\nContent-Disposition: form-data; name="_payload"\r\n\r\n{"apiKey":"${encodeURIComponent(key)}"\r\n--x--`,
      ],
    ]
    for (const [type, text] of texts) {
      for (const path of ['/user-api-keys/store', '/user-api-keys/validate', '/ai-config', '/users/login', '/agents']) {
        const answer = await rig.send({ as, method: 'post', path }).set('Content-Type', type).send(text)
        expect(rig.scan(wholeAnswer(answer))).toEqual([])
      }
    }
    expect(rig.scanLog()).toEqual([])
  })
})

describe('check 18: a key in the query, as SerpAPI wants it', () => {
  it('check 18: is in no answer, list or log, whatever goes wrong with the address', async () => {
    const side = await rig.addSide([])
    for (const behaviour of [
      { kind: 'echo', status: 404 },
      { kind: 'redirect', status: 302, location: `${rig.elsewhere.url}/?api_key=there` },
      { kind: 'cut' },
      { kind: 'echo', status: 200 },
    ] as const) {
      rig.hostile.behaviour = behaviour
      const before = rig.hostile.requests.length
      const [asked] = [await provoke(side, ['hostilequery'])]
      expect(rig.hostile.requests.slice(before).some((text) => text.includes('api_key=canary-'))).toBe(true)
      for (const answer of asked) expect(rig.scan(answer)).toEqual([])
      await rig.send({ as: side.owner.headers, method: 'delete', path: '/user-api-keys/hostilequery?confirm=true' })
    }
    rig.careless.how = 'throws-address'
    for (const answer of await provoke(side, ['hostilequery'])) expect(rig.scan(answer)).toEqual([])
    expect(rig.elsewhere.requests).toEqual([])
  })

  it('check 18: is taken out of a line of the log even where somebody writes the whole address down', async () => {
    const side = await rig.addSide(['hostilequery'])
    const key = side.keys.hostilequery ?? ''
    const { logger } = rig.server.payload
    for (const address of [
      `https://serpapi.com/search.json?q=tea&api_key=${encodeURIComponent(key)}&x=1`,
      `https://x.example/?KEY=${key}`,
    ]) {
      logger.error({ err: new Error(`GET ${address}`, { cause: new Error(address) }), url: address, msg: address })
      logger.trace({ request: { url: address, headers: [['authorization', key]] } })
    }
    expect(rig.logLines.filter((line) => line.includes('serpapi.com')).length).toBeGreaterThan(0)
    expect(rig.scanLog()).toEqual([])
  })
})
