import type { Page } from 'playwright-core'

/**
 * Everything that a browser keeps of a page, in one text: the document with the values of its fields and every script
 * (React's payloads among them), history, the storages, databases, caches and cookies.
 */
export async function everythingKept(page: Page): Promise<string> {
  const inside = await page.evaluate(async () => {
    const readAll = <Result>(request: IDBRequest<Result>) =>
      new Promise<Result>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result)
        request.onerror = () => reject(request.error)
      })
    const databases: unknown[] = []
    for (const { name } of await indexedDB.databases()) {
      const database = await readAll(indexedDB.open(name ?? ''))
      for (const store of database.objectStoreNames) {
        databases.push(name, store, await readAll(database.transaction(store).objectStore(store).getAll()))
      }
    }
    const cached = 'caches' in window ? await caches.keys() : []
    const fields = [...document.querySelectorAll('input, textarea, select')].map(
      (field) => (field as HTMLInputElement).value,
    )
    return JSON.stringify({
      document: document.documentElement.outerHTML,
      scripts: [...document.scripts].map((script) => script.textContent),
      fields,
      history: history.state as unknown,
      address: location.href,
      local: { ...localStorage },
      session: { ...sessionStorage },
      databases,
      cached,
      name: window.name,
    })
  })
  const cookies = await page.context().cookies()
  return `${inside}${JSON.stringify(cookies)}`
}

/** Whether a text holds a key or a part of it that is longer than what may be shown of it. */
export const holdsKey = (text: string, key: string): boolean => {
  const hidden = key.slice(Math.min(10, Math.floor(key.length / 4)))
  const forms = [hidden, encodeURIComponent(hidden), Buffer.from(key).toString('base64').replace(/=+$/, '')]
  return forms.some((form) => text.includes(form))
}
