import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { providers } from '../../../plugins/index.ts'
import type { ConformanceReport } from '../conformance/create-report.ts'
import { findSdkTest } from './find-sdk-test.ts'
import { renderProviders } from './render-providers.ts'

const root = join(dirname(fileURLToPath(import.meta.url)), '../../..')
const [folder = ''] = process.argv.slice(2)

const proofs = providers.map(({ id, name }) => {
  const report = JSON.parse(readFileSync(join(folder, `${id}.json`), 'utf8')) as ConformanceReport
  const sdks = typeof report.sdk === 'string' ? [report.sdk] : Object.values(report.sdk ?? {})
  const versions = Object.fromEntries(
    sdks.map((sdk) => {
      const found = findSdkTest({ root, provider: id, sdk })
      if (!found) throw new Error(`No test of ${id} uses ${sdk}, which its stand names.`)
      return [sdk, found.version]
    }),
  )
  return { ...report, name, versions }
})
const summary = join(root, 'bench/matrix/summary.md')
const calls = existsSync(summary) ? readFileSync(summary, 'utf8') : undefined
writeFileSync(join(root, 'docs/providers.md'), renderProviders({ manifests: providers, proofs, root, calls }))
console.log('docs/providers.md is written.')
