import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { TenantRole } from '../access/index.ts'
import { listServices } from '../services/catalogue.ts'
import { createBrowserStage } from '../testing/browser/create-stage.ts'
import type { BrowserStage } from '../testing/browser/create-stage.ts'
import { fetchInPage } from '../testing/browser/fetch-in-page.ts'
import type { Visit } from '../testing/browser/open-browser.ts'

const SERVICE_NAMES = listServices().map(({ name }) => name)
const PASSWORD = 'correct horse battery'
const ADMIN = { email: 'root@example.com', password: PASSWORD }

describe("the console's doors", () => {
  let stage: BrowserStage
  let root: Visit
  let tenant: string

  beforeAll(async () => {
    stage = await createBrowserStage({ ADMIN_EMAIL: ADMIN.email, ADMIN_PASSWORD: ADMIN.password, SIGNUP: 'closed' })
    root = await visitAs(ADMIN)
    await root.page.goto('/admin')
    tenant = await createTenant('Bakery')
  })
  afterAll(() => stage?.close())

  async function createTenant(name: string): Promise<string> {
    const { text } = await fetchInPage({ page: root.page, path: '/api/tenants', method: 'POST', body: { name } })
    return (JSON.parse(text) as { doc: { id: string } }).doc.id
  }

  async function visitAs(credentials: { email: string; password: string }): Promise<Visit> {
    const visit = await stage.browser.visit()
    visit.page.setDefaultTimeout(20_000)
    const answer = await visit.page.request.post('/api/users/login', { data: credentials })
    expect(answer.status()).toBe(200)
    return visit
  }

  /** A person with that role in the workspace, or in none; signed in. */
  const visitAsMember = (role?: TenantRole): Promise<Visit> =>
    visitWith(role ?? 'stranger', role ? [{ tenant, role }] : [])

  async function visitWith(name: string, memberships: { tenant: string; role: TenantRole }[]): Promise<Visit> {
    const credentials = { email: `${name}@example.com`, password: PASSWORD }
    const body = { ...credentials, name, memberships }
    const { status } = await fetchInPage({ page: root.page, path: '/api/users', method: 'POST', body })
    expect(status).toBe(201)
    return visitAs(credentials)
  }

  const navigationOf = ({ page }: Visit) =>
    page.locator('.nav__link-label').evaluateAll((labels) => labels.map((label) => label.textContent))

  it('should show a person without a workspace a page that says so', async () => {
    const { page, problems } = await visitAsMember()
    await page.goto('/admin')
    await page.getByRole('heading', { name: 'No workspace yet' }).waitFor()
    await page.goto('/admin/settings/api-keys')
    await page.waitForURL('**/admin/unauthorized')
    await page.getByText('stranger@example.com').waitFor()
    expect(problems).toEqual([])
  })

  it('should send signed-out people to sign in, and back', async () => {
    const { page, problems } = await stage.browser.visit()
    await page.goto('/admin/settings/api-keys')
    await page.waitForURL(/\/admin\/login\?redirect=/)
    await page.getByLabel('Email').fill(ADMIN.email)
    await page.getByLabel('Password').fill(ADMIN.password)
    await page.getByRole('button', { name: 'Login' }).click()
    await page.waitForURL('**/admin/settings/api-keys')
    await page.getByRole('heading', { name: 'API keys' }).waitFor()
    expect(problems).toEqual([])
  })

  it('should say that sign-up is closed', async () => {
    const { page, problems } = await stage.browser.visit()
    await page.goto('/admin/login')
    await page.getByRole('button', { name: 'Login' }).waitFor()
    expect(await page.getByRole('link', { name: 'Create an account' }).count()).toBe(0)
    await page.goto('/admin/signup')
    await page.getByRole('heading', { name: 'Sign-up is closed' }).waitFor()
    expect(await page.getByLabel('Password').count()).toBe(0)
    expect(problems).toEqual([])
  })

  it('should turn a viewer away from the keys, and show what a viewer can use', async () => {
    const visit = await visitAsMember('viewer')
    await visit.page.goto('/admin/settings/api-keys')
    await visit.page.getByText('Viewers do not see keys.').waitFor()
    expect(await visit.page.locator('.provider-card').count()).toBe(0)
    await visit.page.goto('/admin')
    await visit.page.getByRole('heading', { name: 'Getting started' }).waitFor()
    expect(await visit.page.locator('.setup-step__action').count()).toBe(0)
    expect(await navigationOf(visit)).toEqual(['Agents', 'Phone numbers', 'Calls', 'Recordings', ...SERVICE_NAMES])
    expect(visit.problems).toEqual([])
  })

  it('should show an editor how the keys are, and no way to change them', async () => {
    const visit = await visitAsMember('editor')
    await visit.page.goto('/admin/settings/api-keys')
    await visit.page.locator('.provider-card').first().waitFor()
    expect(await visit.page.locator('.provider-card button').count()).toBe(0)
    expect(await navigationOf(visit)).toEqual([
      'Agents',
      'Phone numbers',
      'Calls',
      'Recordings',
      ...SERVICE_NAMES,
      'API keys',
      'Alerts',
    ])
    expect(visit.problems).toEqual([])
  })

  it('should show an owner the people and the log of the workspace', async () => {
    const visit = await visitAsMember('owner')
    await visit.page.goto('/admin/settings/api-keys')
    await visit.page.getByRole('button', { name: 'Add key' }).first().waitFor()
    expect(await navigationOf(visit)).toEqual([
      'Agents',
      'Phone numbers',
      'Calls',
      'Recordings',
      'Users',
      'Workspaces',
      'Audit log',
      ...SERVICE_NAMES,
      'API keys',
      'Alerts',
    ])
    await visit.page.goto('/admin/account')
    await visit.page.getByText('Your settings').waitFor()
    expect(visit.problems).toEqual([])
  })

  it('should follow the chosen workspace of a person who has several', async () => {
    const mill = await createTenant('Mill')
    const { page, problems } = await visitWith('several', [
      { tenant, role: 'owner' },
      { tenant: mill, role: 'viewer' },
    ])
    const choose = async (name: string) => {
      await page.locator('.tenant-selector .rs__control').click()
      await page.locator('.tenant-selector .rs__option', { hasText: name }).click()
    }
    // Wide enough for the navigation to stand open.
    await page.setViewportSize({ width: 1600, height: 900 })
    await page.goto('/admin/settings/api-keys')
    await page.getByText('Choose a workspace in the menu').waitFor()
    await choose('Bakery')
    await page.getByText('Bakery pays its providers with these keys.').waitFor()
    await page.getByRole('button', { name: 'Add key' }).first().waitFor()
    await choose('Mill')
    await page.getByText('Viewers do not see keys.').waitFor()
    await page.goto('/admin')
    await page.locator('.patchbay-dashboard__workspace', { hasText: 'Mill' }).waitFor()
    expect(problems).toEqual([])
  })

  it('should show a platform admin the keys of the workspace that is chosen, without controls', async () => {
    const { page, problems } = root
    await page.goto('/admin')
    await page.getByRole('heading', { name: 'Last calls' }).waitFor()
    await page.context().addCookies([{ name: 'payload-tenant', value: String(tenant), url: stage.url }])
    await page.goto('/admin/settings/api-keys')
    await page.locator('.provider-card').first().waitFor()
    expect(await page.locator('.provider-card button').count()).toBe(0)
    expect(problems).toEqual([])
  })
})
