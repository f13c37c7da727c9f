import { readFileSync, writeFileSync } from 'node:fs'
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
  const sdkTest = report.sdk ? findSdkTest({ root, provider: id, sdk: report.sdk }) : undefined
  if (report.sdk && !sdkTest) throw new Error(`No test of ${id} uses ${report.sdk}, which its stand names.`)
  return { ...report, name, sdkTest }
})
writeFileSync(join(root, 'docs/providers.md'), renderProviders({ manifests: providers, proofs, root }))
console.log('docs/providers.md is written.')
