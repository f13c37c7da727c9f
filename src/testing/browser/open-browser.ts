import { chromium } from 'playwright-core'
import type { BrowserContextOptions, Page } from 'playwright-core'

export type Visit = {
  page: Page
  /** What went wrong in the browser so far: errors on the console, uncaught exceptions, answers of 500 and above. */
  problems: string[]
}

export type TestBrowser = {
  /** Opens a page with cookies of its own. */
  visit(options?: BrowserContextOptions): Promise<Visit>
  close(): Promise<void>
}

type OpenBrowserOptions = {
  /** Origin to which relative addresses belong. */
  url: string
}

const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Starts Chromium without a window: the program that `CHROMIUM_PATH` names. */
export async function openBrowser({ url }: OpenBrowserOptions): Promise<TestBrowser> {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
    args: ARGUMENTS,
  })
  return {
    async visit(options = {}) {
      const context = await browser.newContext({ baseURL: url, viewport: { width: 1280, height: 900 }, ...options })
      const page = await context.newPage()
      return { page, problems: watchPage(page) }
    },
    close: () => browser.close(),
  }
}

function watchPage(page: Page): string[] {
  const problems: string[] = []
  page.on('console', (message) => {
    // Chromium writes refusals of requests to the console too: a wrong key is refused with 422, which is no fault.
    const isRefusal = /Failed to load resource: .* status of 4\d\d/.test(message.text())
    if (message.type() === 'error' && !isRefusal) problems.push(`console: ${message.text()}`)
  })
  page.on('pageerror', (error) => problems.push(`exception: ${error.message}`))
  page.on('response', (response) => {
    if (response.status() >= 500) problems.push(`${response.status()} ${response.url()}`)
  })
  return problems
}
