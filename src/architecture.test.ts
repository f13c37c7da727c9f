import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from '@jest/globals'
import { providers } from '../plugins/index.ts'
import {
  findIdleExceptions,
  findLooseVersions,
  findProviderNames,
  findUnequalPayloadVersions,
  HOUSE_RULES,
  parseModule,
  readModules,
  readProductSources,
} from './testing/architecture/index.ts'
import type { PackageManifest, Sources } from './testing/architecture/index.ts'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const modules = readModules(root)
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as PackageManifest

const providerNames = providers.flatMap(({ id, name }) => [id, name])

const parseAll = (sources: Sources) => Object.entries(sources).map(([path, source]) => parseModule({ path, source }))

describe('the house', () => {
  it.each(HOUSE_RULES)('$says', ({ rule }) => expect(rule(modules)).toEqual([]))

  it('pins every dependency to one version', () => expect(findLooseVersions(manifest)).toEqual([]))

  it("has all of Payload's packages at one version", () => expect(findUnequalPayloadVersions(manifest)).toEqual([]))

  it('knows providers by their manifests alone', () => {
    expect(findProviderNames(readProductSources(root), providerNames)).toEqual([])
    expect(findIdleExceptions(root, providerNames)).toEqual([])
  })
})

describe('what holds the house', () => {
  it.each(HOUSE_RULES)('notices where not: $says', ({ rule, broken, kept }) => {
    for (const [sources, report] of broken) expect(rule(parseAll(sources))).toEqual([report])
    expect(rule(parseAll(kept))).toEqual([])
  })

  it('has read the whole house', () => {
    const paths = modules.map((module) => module.path)
    expect(paths).toEqual(expect.arrayContaining(['payload.config.ts', 'plugins/index.ts', 'src/env/index.ts']))
    const imported = modules
      .find((module) => module.path === 'payload.config.ts')
      ?.imports.map(({ specifier }) => specifier)
    expect(imported).toContain('payload')
  })

  it('notices a provider that is named, and not the words of others', () => {
    const sources = {
      'src/a.ts': "/** Such as Acme. */\nconst ids = ['acme']\n// acme\nconst url = 'https://x.example/acme'",
      'src/b.tsx': '<p>Acme Voices</p>',
      'src/c.ts': "const pacmen = 'acmes'",
    }
    expect(findProviderNames(sources, ['acme', 'Acme Voices'])).toEqual([
      'src/a.ts:2 names acme',
      'src/a.ts:4 names acme',
      'src/b.tsx:1 names Acme',
    ])
    expect(Object.keys(readProductSources(root))).toEqual(expect.arrayContaining(['src/env/base-urls.ts']))
  })

  it('notices loose and unequal versions', () => {
    const dependencies = { payload: '3.90.1', '@payloadcms/ui': '3.90.2', zod: '^4.0.0' }
    const devDependencies = { jest: 'latest', typescript: '7.0.2' }
    expect(findLooseVersions({ dependencies, devDependencies })).toEqual([
      'package.json wants zod ^4.0.0',
      'package.json wants jest latest',
    ])
    expect(findUnequalPayloadVersions({ dependencies })).toEqual([
      'package.json wants @payloadcms/ui 3.90.2 beside payload 3.90.1',
    ])
  })
})
