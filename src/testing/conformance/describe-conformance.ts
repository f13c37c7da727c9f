import type { ProviderManifest } from '../../provider-kit/index.ts'
import { checkKeys } from './check-keys.ts'
import { checkLlm } from './check-llm.ts'
import { checkManifest } from './check-manifest.ts'
import { checkSearch } from './check-search.ts'
import { checkStt } from './check-stt.ts'
import { checkTelephony } from './check-telephony.ts'
import { checkTts } from './check-tts.ts'
import { createReport } from './create-report.ts'
import type { ConformanceStand } from './stand.ts'

/**
 * Registers Jest tests that hold a provider plugin, ours or a stranger's, to the contracts of `src/provider-kit`, over
 * real sockets against what its author brings. Call it once, at the top of a test file.
 * @param options.stand how to stand in for the provider, and what has to come of it
 */
export function describeConformance({ plugin, stand }: { plugin: ProviderManifest; stand: ConformanceStand }): void {
  const report = createReport({ plugin, stand })
  const options = { plugin, stand, report }
  checkManifest(options)
  checkKeys(options)
  checkStt(options)
  checkTts(options)
  checkLlm(options)
  checkTelephony(options)
  checkSearch(options)
}
