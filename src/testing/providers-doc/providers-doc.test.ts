import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from '@jest/globals'
import { providers } from '../../../plugins/index.ts'
import { readUnconfirmed } from './read-unconfirmed.ts'
import { renderCatalogue } from './render-catalogue.ts'
import { replaceCalls } from './render-providers.ts'
import { TRAPS } from './traps.ts'

const root = join(dirname(fileURLToPath(import.meta.url)), '../../..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const page = existsSync(join(root, 'docs/providers.md')) ? read('docs/providers.md') : ''

describe('docs/providers.md', () => {
  it('should say what the manifests say: run `npm run providers`', () =>
    expect(page).toContain(renderCatalogue(providers)))

  it.each(providers.map(({ id, name }) => ({ id, name })))(
    'should tell of $name what a live key would confirm',
    ({ id }) => {
      const points = readUnconfirmed(join(root, 'plugins', id)) ?? []
      expect(points).not.toEqual([])
      for (const point of points) expect(page).toContain(`- ${point}`)
    },
  )

  it.each(providers.map(({ id }) => [id]))('should hold %s to the conformance kit', (id) => {
    const test = read(`plugins/${id}/conformance.test.ts`)
    expect(test).toContain('describeConformance({')
  })

  it('should tell what the calls of every combination showed', () => {
    expect(page).toContain(
      `\n## Calls with every combination\n\n${read('bench/matrix/summary.md').trim()}\n\n## Traps\n`,
    )
    expect(replaceCalls(page, 'Newer.')).toContain('\n## Calls with every combination\n\nNewer.\n\n## Traps\n')
  })

  it('should show no check that failed', () => expect(page).not.toContain('✗'))
})

describe('the traps', () => {
  it.each(TRAPS)('should each be held by its tests: $trap', ({ trap, tests }) => {
    expect(page).toContain(trap)
    expect(tests.length).toBeGreaterThan(0)
    for (const { file, says } of tests) expect([file, read(file).includes(says)]).toEqual([file, true])
  })

  it('no plugin stands on the SDK of its provider, which could not be pointed at a simulator', () => {
    const sources = readdirSync(join(root, 'plugins'), { recursive: true, encoding: 'utf8' }).filter(
      (file) => file.endsWith('.ts') && !/\.test\.ts$|\/testing\//.test(file),
    )
    const sdks =
      /from '(assemblyai|@cartesia\/cartesia-js|twilio|serpapi|@deepgram\/sdk|@soniox\/node|hume|telnyx|exa-js)['/]/
    expect(sources.filter((file) => sdks.test(read(join('plugins', file))))).toEqual([])
  })
})
