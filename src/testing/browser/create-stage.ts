import { openBrowser } from './open-browser.ts'
import type { TestBrowser } from './open-browser.ts'
import { startProviderSimulators } from './provider-simulators.ts'
import type { ProviderSimulators } from './provider-simulators.ts'
import { spawnServer } from './spawn-server.ts'

export type BrowserStage = {
  /** Origin of the product. */
  url: string
  simulators: ProviderSimulators
  browser: TestBrowser
  close(): Promise<void>
}

/** The built product between simulated providers, and a browser before it. */
export async function createBrowserStage(environment: Record<string, string> = {}): Promise<BrowserStage> {
  const simulators = await startProviderSimulators()
  const server = await spawnServer({ environment: { ...simulators.environment, ...environment } }).catch(
    async (error: unknown) => {
      await simulators.close()
      throw error
    },
  )
  const browser = await openBrowser({ url: server.url })
  return {
    url: server.url,
    simulators,
    browser,
    async close() {
      await browser.close()
      await server.close()
      await simulators.close()
    },
  }
}
