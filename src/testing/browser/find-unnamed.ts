import type { Page } from 'playwright-core'

/** What people who do not see a page would stumble over: controls without a name, ids that occur twice. */
export const findUnnamed = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const nameOf = (element: Element): string => {
      const labels = [...((element as HTMLInputElement).labels ?? [])].map((label) => label.textContent)
      const named = (element.getAttribute('aria-labelledby') ?? '').split(' ').map((id) => document.getElementById(id))
      const texts = [element.getAttribute('aria-label'), ...labels, ...named.map((other) => other?.textContent)]
      const own = element.matches('input, select, textarea') ? '' : element.textContent
      return [...texts, own, element.getAttribute('title')].join('').trim()
    }
    const main = document.querySelector('.settings-page') ?? document.body
    const controls = [...main.querySelectorAll('a[href], button, input, select, textarea, dialog[open], form, section')]
    const unnamed = controls
      .filter((element) => nameOf(element) === '')
      .map((element) => element.outerHTML.slice(0, 120))
    const ids = [...main.querySelectorAll('[id]')].map(({ id }) => id)
    const twice = ids.filter((id, index) => ids.indexOf(id) !== index).map((id) => `twice: #${id}`)
    return [...unnamed, ...twice]
  })
