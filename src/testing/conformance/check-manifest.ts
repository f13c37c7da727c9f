import { expect } from '@jest/globals'
import { z } from 'zod'
import type { AudioEncoding, CredentialFieldMeta, ProviderManifest } from '../../provider-kit/index.ts'
import { createRegistry } from '../../registry/index.ts'
import type { Report } from './create-report.ts'
import { secretFieldsOf } from './find-secret.ts'
import type { ConformanceStand } from './stand.ts'

const metaOf = (schema: unknown): Partial<CredentialFieldMeta> =>
  (schema as { meta(): Partial<CredentialFieldMeta> | undefined }).meta() ?? {}

const ENCODINGS: readonly AudioEncoding[] = ['mulaw', 'alaw']

/** That the plugin's declaration holds, its form included. */
export function checkManifest({ plugin, stand, report }: CheckOptions): void {
  report.section('manifest', (prove) => {
    prove('the registry takes it', async () => {
      const registry = createRegistry({ providers: [plugin] })
      expect(registry.capabilitiesOf(plugin.id).length).toBeGreaterThan(0)
      for (const link of [plugin.docsUrl, plugin.keyUrl]) expect(new URL(link).protocol).toBe('https:')
      expect(plugin.description).toMatch(/^[A-Z].*\.$/s)
    })

    prove('every field of the form says what it is', async () => {
      for (const [name, schema] of Object.entries(plugin.credentials.shape)) {
        const { title, description, secret } = metaOf(schema)
        expect([name, title]).toEqual([name, expect.stringMatching(/^\S.*\S$/)])
        expect([name, description]).toEqual([name, expect.stringMatching(/^[A-Z].{10,}\.$/s)])
        expect([name, typeof secret]).toEqual([name, 'boolean'])
      }
      const { properties } = z.toJSONSchema(plugin.credentials, { io: 'input', unrepresentable: 'any' })
      expect(Object.keys(properties ?? {})).toEqual(Object.keys(plugin.credentials.shape))
    })

    prove(
      'the form takes good credentials, blanks around them removed, and no line break inside a secret',
      async () => {
        const { credentials } = stand
        const secrets = secretFieldsOf(plugin)
        expect(plugin.credentials.parse(credentials)).toEqual(credentials)
        expect([plugin.primaryCredential, ...secrets]).toContain(plugin.primaryCredential)
        for (const field of secrets) {
          const secret = credentials[field]
          if (secret === undefined) continue
          expect([field, secret.length >= 16]).toEqual([field, true])
          const padded = { ...credentials, [field]: ` ${secret}\n` }
          expect((plugin.credentials.safeParse(padded).data as Record<string, string> | undefined)?.[field]).toBe(
            secret,
          )
          const broken = { ...credentials, [field]: `${secret}\r\nx-evil: 1` }
          expect([field, plugin.credentials.safeParse(broken).success]).toEqual([field, false])
          // What is refused is not repeated: the sentence is shown in the form.
          expect(JSON.stringify(plugin.credentials.safeParse(broken).error?.issues ?? [])).not.toContain(secret)
        }
      },
    )

    prove('defaults are among what is offered', async () => {
      for (const { models, defaultModel } of offersOf(plugin)) {
        const ids = models.map(({ id }) => id)
        expect(new Set(ids).size).toBe(ids.length)
        if (ids.length > 0) expect(ids).toContain(defaultModel)
        for (const { name } of models) expect(name).not.toBe('')
      }
      for (const encodings of [plugin.stt?.encodings, plugin.tts?.encodings, plugin.telephony?.encodings]) {
        if (!encodings) continue
        expect(encodings.length).toBeGreaterThan(0)
        expect(ENCODINGS).toEqual(expect.arrayContaining([...encodings]))
      }
    })
  })
}

const offersOf = ({ stt, llm, tts }: ProviderManifest) => [stt, llm, tts].flatMap((offer) => (offer ? [offer] : []))

export type CheckOptions = { plugin: ProviderManifest; stand: ConformanceStand; report: Report }
