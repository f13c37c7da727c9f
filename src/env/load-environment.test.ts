import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { isEnvironmentError, loadEnvironment, refuseMalformedBaseUrls } from './index.ts'
import type { EnvironmentError } from './index.ts'

const KEY = 'q83vASNFZ4mrze8BI0VniavN7wEjRWeJkJHy0x+2mXo='
const SECRET = 'Jx0pG4kq7mZt2sVb9cYw1eRu6oLh3nDf'
const DEPLOYED = {
  DEPLOY_ENV: 'production',
  PUBLIC_URL: 'https://voice.acme.test',
  PAYLOAD_SECRET: SECRET,
  ENCRYPTION_KEY: KEY,
}

let cwd = ''
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'patchbay env-'))
})
afterEach(() => rmSync(cwd, { recursive: true, force: true }))

const load = (env: Record<string, string | undefined>) => loadEnvironment(env, { cwd })

const failureOf = (env: Record<string, string | undefined>): EnvironmentError => {
  try {
    load(env)
  } catch (error) {
    if (isEnvironmentError(error)) return error
    throw error
  }
  throw new Error('the environment was accepted')
}

describe('loadEnvironment', () => {
  it.each([
    [undefined, ['loopback', 'linklocal', 'uniquelocal']],
    ['none', []],
    ['10.0.0.0/8, 192.0.2.7,loopback, fd00::/8', ['10.0.0.0/8', '192.0.2.7', 'loopback', 'fd00::/8']],
  ])('should believe the proxies of TRUSTED_PROXIES=%s', (value, expected) => {
    expect(load({ TRUSTED_PROXIES: value }).trustedProxies).toEqual(expected)
  })

  it('fills in what a local start does not set', () => {
    const environment = load({})
    expect(environment).toMatchObject({
      port: 3000,
      host: '127.0.0.1',
      publicUrl: 'http://localhost:3000',
      databaseUri: `file:${cwd.replace(' ', '%20')}/data/patchbay.db`,
      databaseKind: 'sqlite',
      signup: 'open',
      keySource: 'database',
      logLevel: 'info',
      drainSeconds: 8,
      baseUrls: {},
      malformedBaseUrls: {},
      encryptionKeysRetired: [],
      isDeployment: false,
      generatedSecretsFile: join(cwd, 'data', 'secrets.json'),
    })
    expect(environment.encryptionKey).toHaveLength(32)
    expect(environment.payloadSecret.length).toBeGreaterThanOrEqual(32)
    expect(environment.admin).toBeUndefined()
    expect(environment.redisUrl).toBeUndefined()
  })

  it('reads every variable of a deployment and makes no file', () => {
    const environment = load({
      ...DEPLOYED,
      PORT: '8080',
      DATABASE_URI: 'mongodb://db:27017/patchbay?replicaSet=rs0',
      REDIS_URL: 'redis://cache:6379',
      ADMIN_EMAIL: 'ada@acme.test',
      ADMIN_PASSWORD: 'lovelace-1843',
      SIGNUP: 'invite',
      LOG_LEVEL: 'warn',
      DRAIN_SECONDS: '30',
    })
    expect(environment).toMatchObject({
      port: 8080,
      host: '0.0.0.0',
      publicUrl: 'https://voice.acme.test',
      databaseUri: 'mongodb://db:27017/patchbay?replicaSet=rs0',
      databaseKind: 'mongodb',
      redisUrl: 'redis://cache:6379',
      payloadSecret: SECRET,
      admin: { email: 'ada@acme.test', password: 'lovelace-1843' },
      signup: 'invite',
      deployEnv: 'production',
      logLevel: 'warn',
      drainSeconds: 30,
      isDeployment: true,
    })
    expect(environment.encryptionKey.toString('base64')).toBe(KEY)
    expect(environment.generatedSecretsFile).toBeUndefined()
    expect(existsSync(join(cwd, 'data'))).toBe(false)
  })

  it('lets live calls drain for 600 s in a deployment', () => {
    expect(load(DEPLOYED).drainSeconds).toBe(600)
  })

  it('follows PORT in the default PUBLIC_URL and takes blank variables as absent', () => {
    expect(load({ PORT: '4100', PUBLIC_URL: ' ', REDIS_URL: '', DEPLOY_ENV: '' })).toMatchObject({
      publicUrl: 'http://localhost:4100',
      isDeployment: false,
    })
  })

  it('drops the trailing slash of PUBLIC_URL', () => {
    expect(load({ PUBLIC_URL: 'https://voice.acme.test/' }).publicUrl).toBe('https://voice.acme.test')
  })

  it.each([
    ['file:///var/lib/patchbay.db', 'file:///var/lib/patchbay.db'],
    ['file::memory:', 'file::memory:'],
    ['mongodb+srv://db.acme.test/patchbay', 'mongodb+srv://db.acme.test/patchbay'],
  ])('leaves the complete DATABASE_URI %s as it is', (given, expected) => {
    expect(load({ DATABASE_URI: given }).databaseUri).toBe(expected)
  })

  it('keeps the options of a relative SQLite path', () => {
    expect(load({ DATABASE_URI: 'file:a.db?mode=ro' }).databaseUri).toBe(`file:${cwd.replace(' ', '%20')}/a.db?mode=ro`)
  })

  it.each([
    ['PORT', '80a'],
    ['PORT', '70000'],
    ['HOST', 'http://host:3000'],
    ['PUBLIC_URL', 'voice.acme.test'],
    ['PUBLIC_URL', 'ftp://voice.acme.test'],
    ['PUBLIC_URL', 'https://voice.acme.test/app'],
    ['PUBLIC_URL', 'https://user:hunter2@voice.acme.test'],
    ['DATABASE_URI', 'postgres://u:hunter2@db/x'],
    ['DATABASE_URI', 'file://host/x.db'],
    ['DATABASE_URI', 'file:bad%path.db'],
    ['REDIS_URL', 'http://:hunter2@cache'],
    ['ADMIN_EMAIL', 'not-an-address'],
    ['SIGNUP', 'maybe'],
    ['TRUSTED_PROXIES', 'my-proxy'],
    ['KEY_SOURCE', 'anywhere'],
    ['LOG_LEVEL', 'loud'],
    ['DRAIN_SECONDS', '-1'],
    ['DRAIN_SECONDS', '1.5'],
    ['SMTP_URL', 'https://u:hunter2@mail.acme.test'],
    ['SMTP_URL', 'smtp://u:hunter2@mail.acme.test/path'],
    ['SMTP_URL', 'smtp://:hunter2@mail.acme.test'],
    ['SMTP_URL', 'smtp://u:hunter2%zz@mail.acme.test'],
    ['EMAIL_FROM', 'not-an-address'],
    ['EMAIL_FROM', 'A, B <a@acme.test>'],
    ['ALLOW_PRIVATE_DESTINATIONS', '10.0.0.0/33'],
    ['ALLOW_PRIVATE_DESTINATIONS', '10.0.0.0/8,hooks'],
  ])('names %s and says what it should be, without repeating %s', (variable, value) => {
    const failure = failureOf({ [variable]: value })
    expect(failure.variable).toBe(variable)
    expect(failure.message).toMatch(new RegExp(`^${variable} must be .*\\.$`))
    expect(failure.message).not.toContain(value)
    expect(failure.message).not.toContain('hunter2')
  })

  it.each([
    [{ ADMIN_EMAIL: 'ada@acme.test' }, 'ADMIN_PASSWORD'],
    [{ ADMIN_PASSWORD: 'lovelace-1843' }, 'ADMIN_EMAIL'],
  ])('wants both halves of the first admin: %j', (env, missing) => {
    expect(failureOf(env).variable).toBe(missing)
  })

  it.each([
    [{ SMTP_URL: 'smtp://mail.acme.test' }, 'EMAIL_FROM'],
    [{ EMAIL_FROM: 'a@acme.test' }, 'SMTP_URL'],
  ])('wants both halves of mail: %j', (env, missing) => {
    expect(failureOf(env).variable).toBe(missing)
  })

  it('sends mail through no server unless one is named', () => {
    expect(load({}).email).toBeUndefined()
    expect(
      load({ SMTP_URL: 'smtp://ada%40acme:p%23ss@mail.acme.test', EMAIL_FROM: 'Acme Voice <voice@acme.test>' }).email,
    ).toEqual({
      smtp: {
        host: 'mail.acme.test',
        port: 587,
        isSecure: false,
        needsTls: true,
        user: 'ada@acme',
        password: 'p#ss',
      },
      from: { name: 'Acme Voice', address: 'voice@acme.test' },
    })
    expect(load({ SMTP_URL: 'smtps://mail.acme.test', EMAIL_FROM: 'voice@acme.test' }).email).toEqual({
      smtp: { host: 'mail.acme.test', port: 465, isSecure: true, needsTls: false },
      from: { name: 'Patchbay', address: 'voice@acme.test' },
    })
    expect(load({ SMTP_URL: 'smtp://[::1]:1025/', EMAIL_FROM: 'voice@acme.test' }).email?.smtp).toMatchObject({
      host: '::1',
      port: 1025,
    })
  })

  it('opens nothing inside to tenants but what is listed', () => {
    expect(load({}).privateDestinations).toEqual([])
    expect(load({ ALLOW_PRIVATE_DESTINATIONS: '10.1.0.0/16, Hooks.acme.internal:8080,' }).privateDestinations).toEqual([
      { kind: 'range', cidr: '10.1.0.0/16' },
      { kind: 'host', host: 'hooks.acme.internal', port: 8080 },
    ])
  })

  it('offers of the providers that are off by default those that are listed', () => {
    expect(load({}).enabledProviders).toEqual([])
    expect(load({ PROVIDERS_ENABLED: 'hume, other,hume,' }).enabledProviders).toEqual(['hume', 'other'])
    for (const wrong of ['Hume', 'hume;other', ',', 'a hume', 'hume,,other']) {
      expect(failureOf({ PROVIDERS_ENABLED: wrong }).message).toBe(
        'PROVIDERS_ENABLED must be a comma-separated list of provider ids, in small letters.',
      )
    }
  })

  it('refuses an unencrypted PUBLIC_URL in a deployment, a loopback one apart', () => {
    expect(failureOf({ ...DEPLOYED, PUBLIC_URL: 'http://voice.acme.test' }).message).toMatch(/^PUBLIC_URL .*https/)
    expect(load({ ...DEPLOYED, PUBLIC_URL: 'http://127.0.0.1:3000' }).publicUrl).toBe('http://127.0.0.1:3000')
    expect(load({ ...DEPLOYED, PUBLIC_URL: undefined }).publicUrl).toBe('http://localhost:3000')
  })

  it('keeps dev-env keys to one machine', () => {
    expect(load({ KEY_SOURCE: 'dev-env' }).keySource).toBe('dev-env')
    expect(load({ KEY_SOURCE: 'dev-env', PUBLIC_URL: 'http://[::1]:3000' }).keySource).toBe('dev-env')
    expect(failureOf({ KEY_SOURCE: 'dev-env', PUBLIC_URL: 'https://voice.acme.test' }).variable).toBe('KEY_SOURCE')
    expect(failureOf({ KEY_SOURCE: 'dev-env', PUBLIC_URL: 'https://localhost.acme.test' }).variable).toBe('KEY_SOURCE')
    const deployed = { ...DEPLOYED, KEY_SOURCE: 'dev-env', PUBLIC_URL: 'http://localhost:3000' }
    expect(failureOf(deployed).variable).toBe('KEY_SOURCE')
  })
})

describe('provider origins', () => {
  it('collects them by provider id, without a trailing slash', () => {
    const { baseUrls } = load({
      DEEPGRAM_BASE_URL: 'http://127.0.0.1:4801/',
      TELNYX_BASE_URL: 'https://telnyx.acme.test',
      MY_VOICE_BASE_URL: 'http://127.0.0.1:4900',
      DEEPGRAM_API_KEY: 'never-looked-at',
    })
    expect(baseUrls).toEqual({
      deepgram: 'http://127.0.0.1:4801',
      telnyx: 'https://telnyx.acme.test',
      'my-voice': 'http://127.0.0.1:4900',
    })
  })

  it.each([
    'http://127.0.0.1:4801/v1',
    'ws://127.0.0.1:4801',
    'https://u:hunter2@h',
    'https://h?x=1',
    'https://h/#',
    'x',
  ])('has %s refused for a provider that is installed', (value) => {
    const { baseUrls, malformedBaseUrls = {} } = load({ ACME_BASE_URL: value })
    expect(baseUrls).toEqual({})
    expect(() => refuseMalformedBaseUrls(malformedBaseUrls, ['finder', 'acme'])).toThrow(
      'ACME_BASE_URL must be an http or https origin without a path, such as http://127.0.0.1:4801.',
    )
  })

  it('leaves the variables of other software alone', () => {
    const { baseUrls, malformedBaseUrls = {} } = load({ STORYBOOK_BASE_URL: '/docs', BASE_URL: 'http://h' })
    expect(baseUrls).toEqual({})
    expect(() => refuseMalformedBaseUrls(malformedBaseUrls, ['finder', 'acme'])).not.toThrow()
  })
})
