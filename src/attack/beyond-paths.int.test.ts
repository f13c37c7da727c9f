import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { bootAttackRig } from './testing/attack-rig.ts'
import type { AttackRig } from './testing/attack-rig.ts'
import { sendRaw } from './testing/raw-request.ts'
import { readTables } from './testing/scan-database.ts'

let rig: AttackRig
beforeAll(async () => {
  rig = await bootAttackRig({ a: ['hostilellm'], b: ['hostilellm'] })
})
afterAll(() => rig?.close())

const raw = (line: string, headers: Record<string, string> = {}, body = '') => {
  const all = { Host: new URL(rig.server.url).host, Connection: 'close', ...headers }
  const text = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  return sendRaw(rig.server.url, `${line} HTTP/1.1\r\n${text.join('')}\r\n${body}`)
}
const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0)

describe('beyond: other ways of writing a path', () => {
  const PATHS = [
    '//api/user-api-keys',
    '/api//user-api-keys',
    '/api/./user-api-keys',
    '/api/x/../user-api-keys',
    '/api/%75ser-api-keys',
    '/api/user-api-keys/',
    '/api/user-api-keys.',
    '/api/user-api-keys.json',
    '/api/user-api-keys;a=b',
    '/api/user-api-keys%00',
    '/api/user-api-keys%2f',
    '/api/user-api-keys%2fhostilellm',
    '/api/USER-API-KEYS',
    '/API/user-api-keys',
    '/%61pi/user-api-keys',
    '/api\\user-api-keys',
    '/api/vault-secrets',
    '/api/Vault-Secrets',
    '/api/vault-secrets/',
    '/api//vault-secrets',
    '/api/vault%2dsecrets',
    '/api/vault_secrets',
    '/api/vault-data-keys/1',
    '/api/provider-keys/1/../../vault-secrets',
    '/api/users/../vault-secrets/1',
    '/api/globals/vault-secrets',
    '/api/vault-secrets/access',
    '/api/vault-secrets/access/1',
    '/webhooks/../api/vault-secrets',
    '/healthz/../api/vault-secrets',
    'http://evil.example/api/user-api-keys',
  ]

  it('beyond: opens nothing that the path itself does not, to nobody and to a stranger', async () => {
    for (const path of PATHS) {
      for (const headers of [{}, rig.people.stranger] as Record<string, string>[]) {
        const answer = await raw(`GET ${path}`, headers)
        expect([path, statusOf(answer) >= 300]).toEqual([path, true])
        // A route that is not there repeats the path that it was asked for.
        expect(answer).not.toMatch(/"provider"|"envelope"|pb1\.|"docs":\[\{/)
        expect(rig.scan(answer)).toEqual([])
      }
    }
  })

  it('beyond: and no owner gets at the vault or another tenant by one', async () => {
    for (const path of PATHS) {
      const answer = await raw(`GET ${path}`, rig.people['owner of B'])
      expect([path, /"envelope"|"wrapped"|pbk?1\./.test(answer)]).toEqual([path, false])
      expect(rig.scan(answer)).toEqual([])
    }
  })
})

describe('beyond: requests within requests', () => {
  it('beyond: a body that two readers would end at different places is refused, and what is in it never runs', async () => {
    const before = JSON.stringify(await readTables(rig.server))
    const { Authorization = '' } = rig.people['owner of A']
    const inner = `DELETE /api/user-api-keys/hostilellm?confirm=true HTTP/1.1\r\nHost: x\r\nAuthorization: ${Authorization}\r\n\r\n`
    const attempts: [string, Record<string, string>, string][] = [
      ['both lengths', { 'Content-Length': '4', 'Transfer-Encoding': 'chunked' }, `0\r\n\r\n${inner}`],
      ['two lengths', { 'Content-Length': '0, 5' }, inner],
      ['an odd length', { 'Content-Length': '+5' }, inner],
      ['a coding that is none', { 'Transfer-Encoding': 'xchunked' }, `0\r\n\r\n${inner}`],
      ['a coding in two words', { 'Transfer-Encoding': 'chunked, identity' }, `0\r\n\r\n${inner}`],
      ['a hidden coding', { 'Transfer-Encoding ': 'chunked', 'Content-Length': '5' }, `0\r\n\r\n${inner}`],
      ['a chunk of odd size', { 'Transfer-Encoding': 'chunked' }, `0x5\r\nabcde\r\n0\r\n\r\n${inner}`],
    ]
    for (const [name, headers, body] of attempts) {
      const answer = await raw('POST /api/users/login', { ...headers, 'Content-Type': 'application/json' }, body)
      const answers = answer.match(/HTTP\/1\.1 \d{3}/g) ?? []
      expect([name, answers.length <= 1, /"deleted":true/.test(answer)]).toEqual([name, true, false])
      expect([name, [0, 400, 401].includes(statusOf(answer))]).toEqual([name, true])
    }
    const split = await raw('GET /api/user-api-keys?x=%0d%0aSet-Cookie:%20payload-tenant=1', rig.people['owner of B'])
    expect(split).not.toMatch(/^set-cookie: payload-tenant/im)
    const after = await readTables(rig.server)
    expect(
      Object.values(after)
        .flat()
        .filter(({ provider, envelope }) => provider === 'hostilellm' && envelope),
    ).toHaveLength(2)
    expect(before).toContain('hostilellm')
  })

  it('beyond: a forged host changes no link and no decision', async () => {
    for (const host of ['evil.example', `evil.example@${new URL(rig.server.url).host}`, '127.0.0.1:1', '']) {
      const answer = await raw('GET /api/services', { ...rig.people['owner of A'], Host: host })
      expect(answer).not.toContain('evil.example')
      expect(answer).not.toMatch(/node_modules|\bat \S+ \(|\.ts:\d/)
    }
    for (const path of ['/%E0%A4%A', '/api/%', '/webhooks/%c0%ae', '/admin/%', '/healthz/%ff%', '/media/%']) {
      const answer = await raw(`GET ${path}`, rig.people['owner of A'])
      expect([path, statusOf(answer) >= 300]).toEqual([path, true])
      expect(answer).not.toMatch(/node_modules|\bat \S+ \(|\.ts:\d/)
    }
  })

  it('beyond: a media token that was made up, guessed or used opens no socket', async () => {
    const upgrade = {
      Connection: 'Upgrade',
      Upgrade: 'websocket',
      'Sec-WebSocket-Version': '13',
      'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
    }
    for (const path of [
      '',
      '/',
      '/x',
      `/${'A'.repeat(43)}`,
      '/..%2f..',
      '/__proto__',
      '/constructor',
      '/%00',
      `/${'A'.repeat(43)}?token=x`,
    ]) {
      for (const carrier of ['telnyx', 'twilio', 'browser', '__proto__']) {
        const answer = await raw(`GET /media/${carrier}${path}`, upgrade)
        expect([carrier, path, statusOf(answer)]).not.toEqual([carrier, path, 101])
      }
    }
  })
})
