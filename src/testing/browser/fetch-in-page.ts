import type { Page } from 'playwright-core'

type FetchInPageOptions = {
  page: Page
  path: string
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  headers?: Record<string, string>
  body?: unknown
}

/** Asks the product as scripts of the page would: with its cookies and its origin, which the product looks at. */
export const fetchInPage = ({ page, path, method = 'GET', headers = {}, body }: FetchInPageOptions) =>
  page.evaluate(
    async ({ path, ...init }) => {
      const response = await fetch(path, init)
      return {
        status: response.status,
        headers: Object.fromEntries(response.headers),
        text: await response.text(),
      }
    },
    {
      path,
      method,
      headers: { ...headers, ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    },
  )
