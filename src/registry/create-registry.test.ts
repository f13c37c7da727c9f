import { describe, expect, it } from '@jest/globals'
import { z } from 'zod'
import { defineProvider } from '../provider-kit/index.ts'
import type { ProviderManifest } from '../provider-kit/index.ts'
import { createRegistry } from './create-registry.ts'
import { whyOff } from './why-off.ts'

const searchProvider = (changes: Partial<ProviderManifest> = {}): ProviderManifest => ({
  ...defineProvider({
    specVersion: 1,
    id: 'finder',
    name: 'Finder',
    description: 'Searches the web.',
    kinds: ['data'],
    capabilities: ['web-search'],
    docsUrl: 'https://finder.example/docs',
    keyUrl: 'https://finder.example/keys',
    origins: { api: 'https://api.finder.example', live: 'https://live.finder.example' },
    credentials: z.object({ apiKey: z.string() }),
    primaryCredential: 'apiKey',
    checkKey: async () => ({ status: 'valid', capabilities: {}, message: 'Good.', metadata: {} }),
  }),
  ...changes,
})

const llm: ProviderManifest['llm'] = {
  models: [],
  defaultModel: 'm',
  create: () => ({ stream: async function* () {} }),
}

const codeOf = (build: () => unknown) => {
  try {
    build()
  } catch (error) {
    return (error as { code?: string }).code
  }
  return undefined
}

describe('the provider registry', () => {
  it('should hand providers out by id and by capability', () => {
    const registry = createRegistry({
      providers: [searchProvider(), searchProvider({ id: 'thinker', kinds: ['llm'], capabilities: [], llm })],
    })
    expect(registry.list().map(({ id }) => id)).toEqual(['finder', 'thinker'])
    expect(registry.withCapability('llm').map(({ id }) => id)).toEqual(['thinker'])
    expect(registry.withCapability('web-search').map(({ id }) => id)).toEqual(['finder'])
    expect(registry.require('thinker', 'llm').llm).toBe(llm)
  })

  it('should name those first that are made for a capability, then those that have it besides', () => {
    const tts: ProviderManifest['tts'] = {
      encodings: ['mulaw'],
      models: [],
      defaultModel: 'm',
      defaultVoice: 'v',
      open: () => ({ speak: () => ({ write() {}, finish() {}, cancel() {} }), close() {}, destroy() {} }),
    }
    const speaker = (id: string, changes: Partial<ProviderManifest>) =>
      searchProvider({ id, capabilities: [], tts, ...changes })
    const registry = createRegistry({
      providers: [
        speaker('thinker', { kinds: ['llm', 'tts'], llm }),
        speaker('voice', { kinds: ['tts'] }),
        speaker('polyglot', { kinds: ['tts', 'llm'], llm }),
        speaker('off', { kinds: ['tts'], isOffByDefault: true }),
      ],
    })
    expect(registry.withCapability('tts').map(({ id }) => id)).toEqual(['voice', 'polyglot', 'thinker'])
    expect(registry.withCapability('llm').map(({ id }) => id)).toEqual(['thinker', 'polyglot'])
    expect(registry.list().map(({ id }) => id)).toEqual(['thinker', 'voice', 'polyglot', 'off'])
  })

  it('should put the base URL of the operator in the place of every origin', () => {
    const registry = createRegistry({ providers: [searchProvider()], baseUrls: { finder: 'http://127.0.0.1:4801' } })
    expect(registry.contextFor('finder', { apiKey: 'k' }).origins).toEqual({
      api: 'http://127.0.0.1:4801',
      live: 'http://127.0.0.1:4801',
    })
    expect(createRegistry({ providers: [searchProvider()] }).contextFor('finder', {}).origins.api).toBe(
      'https://api.finder.example',
    )
  })

  it.each<[string, Partial<ProviderManifest>]>([
    ['unsupported_spec_version', { specVersion: 2 as 1 }],
    ['invalid_manifest', { id: 'Not An Id' }],
    ['invalid_manifest', { origins: { api: 'https://api.finder.example/v1' } }],
    ['invalid_manifest', { keyUrl: 'ftp://finder.example' }],
    ['invalid_manifest', { checkCosts: { amount: 'a little', note: 'one search' } }],
    ['invalid_manifest', { checkCosts: { amount: '$0.004', note: '' } }],
    ['invalid_manifest', { checksFormOnly: 'yes' as unknown as boolean }],
    ['missing_factory', { kinds: ['llm'] }],
    ['missing_factory', { llm }],
    ['unknown_primary_credential', { primaryCredential: 'token' }],
  ])('should refuse to boot with code %s for %j', (code, changes) => {
    expect(codeOf(() => createRegistry({ providers: [searchProvider(changes)] }))).toBe(code)
  })

  it('should offer what is off by default only where the operator names it, and say why it does not', () => {
    const sunset = { date: '2026-11-13', message: 'Finder ended. Choose another.' }
    const providers = [
      searchProvider({ isOffByDefault: true, sunset }),
      searchProvider({ id: 'seeker', name: 'Seeker', isOffByDefault: true }),
    ]
    const closed = createRegistry({ providers })
    expect(closed.withCapability('web-search')).toEqual([])
    expect(whyOff(closed, 'finder')).toBe(sunset.message)
    expect(whyOff(closed, 'seeker')).toBe('Seeker is not offered on this server.')
    expect(whyOff(closed, 'nobody')).toBeUndefined()
    const open = createRegistry({ providers, enabled: ['finder'] })
    expect(open.withCapability('web-search').map(({ id }) => id)).toEqual(['finder'])
    expect([whyOff(open, 'finder'), open.isOff('seeker')]).toEqual([undefined, true])
    expect(codeOf(() => createRegistry({ providers, enabled: ['fnider'] }))).toBe('unknown_enabled')
  })

  it('should refuse two plugins with one id, an unknown id and a missing capability', () => {
    expect(codeOf(() => createRegistry({ providers: [searchProvider(), searchProvider()] }))).toBe('duplicate_id')
    const registry = createRegistry({ providers: [searchProvider()] })
    expect(codeOf(() => registry.get('nobody'))).toBe('unknown_provider')
    expect(codeOf(() => registry.require('finder', 'tts'))).toBe('missing_capability')
  })

  describe('with an address that a tenant chose', () => {
    const own = searchProvider({
      credentials: z.object({ apiKey: z.string().optional(), baseUrl: z.string() }),
      addressCredential: 'baseUrl',
    })
    const allowed = 'http://gpu.internal:8000/v1'
    const endpoints = {
      isAllowed: async (address: string) => address === allowed,
      fetchFor: () => async () => new Response('through the guard'),
    }

    it('should take every origin from it, and send requests through the guard', async () => {
      const registry = createRegistry({ providers: [own], endpoints })
      const context = registry.contextFor('finder', { baseUrl: 'HTTP://GPU.internal:8000/v1/' })
      expect(context.origins).toEqual({ api: allowed, live: allowed })
      expect(await (await context.fetch?.(allowed))?.text()).toBe('through the guard')
      expect(await registry.findAddressProblem('finder', { baseUrl: allowed })).toBeUndefined()
      expect(await registry.findAddressProblem('finder', { baseUrl: 'http://gpu.internal/v1' })).toMatch(
        /platform admin/,
      )
      expect(await registry.findAddressProblem('finder', {})).toMatch(/full address/)
    })

    it('should lead nowhere where the address is none, and allow nothing without a guard', async () => {
      const guarded = createRegistry({ providers: [own], endpoints })
      const nowhere = guarded.contextFor('finder', { baseUrl: 'http://169.254.169.254/v1' })
      expect(nowhere.origins.api).toMatch(/\.invalid$/)
      const bare = createRegistry({ providers: [own] })
      await expect(bare.contextFor('finder', { baseUrl: allowed }).fetch?.(allowed)).rejects.toMatchObject({
        kind: 'limited',
      })
      expect(await bare.findAddressProblem('finder', { baseUrl: allowed })).toMatch(/platform admin/)
    })

    it('should let the operator’s base URL win, and keep the path', async () => {
      const registry = createRegistry({ providers: [own], endpoints, baseUrls: { finder: 'http://127.0.0.1:4801' } })
      const credentials = { baseUrl: 'http://elsewhere.internal/v1' }
      const context = registry.contextFor('finder', credentials)
      expect(context).toEqual({
        credentials,
        origins: { api: 'http://127.0.0.1:4801/v1', live: 'http://127.0.0.1:4801/v1' },
      })
      expect(await registry.findAddressProblem('finder', credentials)).toBeUndefined()
    })

    it('should leave providers with addresses of their own alone', async () => {
      const registry = createRegistry({ providers: [searchProvider()], endpoints })
      expect(registry.contextFor('finder', { apiKey: 'x' }).fetch).toBeUndefined()
      expect(await registry.findAddressProblem('finder', { apiKey: 'x' })).toBeUndefined()
    })
  })
})
