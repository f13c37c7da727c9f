import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { TenantRole } from '../../access/index.ts'
import { createBrowserStage } from '../../testing/browser/create-stage.ts'
import type { BrowserStage } from '../../testing/browser/create-stage.ts'
import { fetchInPage } from '../../testing/browser/fetch-in-page.ts'
import type { Visit } from '../../testing/browser/open-browser.ts'
import { fitsWidth, takePicture } from '../../testing/browser/take-picture.ts'

const PASSWORD = 'correct horse battery'
const ADMIN = { email: 'root@example.com', password: PASSWORD }

/** One workspace from no key at all to services that are ready; each step builds on the ones before. */
describe('the pages of services', () => {
  let stage: BrowserStage
  let owner: Visit
  let tenant: number | string

  beforeAll(async () => {
    stage = await createBrowserStage({ ADMIN_EMAIL: ADMIN.email, ADMIN_PASSWORD: ADMIN.password })
    const body = { email: 'ada@example.com', password: PASSWORD, name: 'Ada' }
    const { page } = await stage.browser.visit()
    const answer = await page.request.post('/api/auth/signup', { data: body })
    expect(answer.status()).toBe(201)
    tenant = ((await answer.json()) as { tenant: { id: number | string } }).tenant.id
    owner = await visitAs(body)
  })
  afterAll(() => stage?.close())

  async function visitAs({ email, password }: { email: string; password: string }): Promise<Visit> {
    const visit = await stage.browser.visit()
    visit.page.setDefaultTimeout(20_000)
    expect((await visit.page.request.post('/api/users/login', { data: { email, password } })).status()).toBe(200)
    return visit
  }

  async function visitAsMember(role: TenantRole): Promise<Visit> {
    const root = await visitAs(ADMIN)
    await root.page.goto('/admin')
    const credentials = { email: `${role}@example.com`, password: PASSWORD }
    const body = { ...credentials, name: role, memberships: [{ tenant, role }] }
    const { status } = await fetchInPage({ page: root.page, path: '/api/users', method: 'POST', body })
    expect(status).toBe(201)
    return visitAs(credentials)
  }

  const store = async (body: object) => {
    const path = '/api/user-api-keys/store'
    expect((await fetchInPage({ page: owner.page, path, method: 'POST', body })).status).toBe(201)
  }
  const validate = (provider: string) =>
    fetchInPage({ page: owner.page, path: '/api/user-api-keys/validate', method: 'POST', body: { provider } })
  const need = ({ page }: Visit, requirement: string) => page.locator(`[data-requirement=${requirement}]`)
  const open = async ({ page }: Visit, service: string) => {
    await page.goto(`/admin/services/${service}`)
    await page.locator('.service-guard').waitFor()
  }

  it('should show in place of a service what is missing, with the way to each key', async () => {
    await open(owner, 'ai-calling')
    const { page } = owner
    await page.getByRole('heading', { name: 'AI calling needs your keys' }).waitFor()
    expect(await page.locator('.service-guard').getAttribute('data-ready')).toBe('false')
    expect(await page.locator('.service-need').count()).toBe(4)
    await need(owner, 'stt')
      .getByText(/Needs a key of Deepgram/)
      .waitFor()
    await need(owner, 'stt').getByRole('link', { name: 'Add Deepgram' }).click()
    await page.waitForURL('**/admin/settings/api-keys#deepgram')
    await page.locator('[data-provider=deepgram]').waitFor()
    expect(owner.problems).toEqual([])
  })

  it('should be found in the navigation, on the page that is open', async () => {
    const { page } = owner
    await page.setViewportSize({ width: 1600, height: 1000 })
    await page.goto('/admin')
    await page.locator('#nav-service-analytics').click()
    await page.getByRole('heading', { name: 'Analytics needs your keys' }).waitFor()
    await page
      .getByText('One key of any provider is enough.')
      .or(page.getByText(/Needs a key of/))
      .first()
      .waitFor()
    await page.getByText('The service itself arrives with a later version.').waitFor()
    expect(await page.locator('#nav-service-analytics .nav__link-indicator').count()).toBe(1)
    expect(owner.problems).toEqual([])
  })

  it('should tell an editor and a viewer whom to ask, and give them no way that leads nowhere', async () => {
    for (const role of ['editor', 'viewer'] as const) {
      const visit = await visitAsMember(role)
      await open(visit, 'ai-calling')
      await visit.page.getByText('Ask one of them.').waitFor()
      expect(await visit.page.locator('.service-guard a').count()).toBe(0)
      expect(visit.problems).toEqual([])
    }
  })

  it('should say what is in the way of a key that is there, and what mends it', async () => {
    const { keys, others } = stage.simulators
    await store({ provider: 'deepgram', apiKey: others.empty })
    await validate('deepgram')
    await open(owner, 'ai-calling')
    await need(owner, 'stt').getByText('The Deepgram account is out of credit.').waitFor()
    expect(await need(owner, 'stt').getByRole('link').getAttribute('href')).toBe('/admin/settings/api-keys#deepgram')
    // Both can transcribe too: the empty account is in nobody's way any more.
    await store({ provider: 'elevenlabs', apiKey: keys.elevenlabs })
    await store({ provider: 'openai', apiKey: keys.openai })
    await open(owner, 'ai-calling')
    expect(await need(owner, 'stt').getAttribute('data-met')).toBe('true')
    expect(await need(owner, 'llm').getAttribute('data-met')).toBe('true')
    expect(await need(owner, 'telephony').getAttribute('data-met')).toBe('false')
  })

  it('should look right in light, in dark and on a phone', async () => {
    const { page } = owner
    await takePicture({ page })
    await takePicture({ page, theme: 'dark' })
    await takePicture({ page, width: 390, height: 844 })
    await page.locator('.service-guard').waitFor()
    expect(await fitsWidth(page)).toBe(true)
    await page.setViewportSize({ width: 1280, height: 900 })
  })

  it('should say plainly when a service comes later whose keys are ready', async () => {
    await open(owner, 'email-agents')
    const { page } = owner
    await page.getByRole('heading', { name: 'Your keys are ready' }).waitFor()
    await page.getByText('This service arrives with a later version.').waitFor()
    await open(owner, 'data-scraper')
    await need(owner, 'maps-search').getByText('Needs a key of SerpAPI.').waitFor()
    expect(owner.problems).toEqual([])
  })

  it('should lead to the work of a service that is ready', async () => {
    const { page } = owner
    const { keys, others, telnyx } = stage.simulators
    const body = { apiKey: others.spare }
    await fetchInPage({ page, path: '/api/user-api-keys/deepgram', method: 'PUT', body })
    const { publicKey, connectionId } = telnyx.account(keys.telnyx)
    await store({ provider: 'telnyx', credentials: { apiKey: keys.telnyx, publicKey, connectionId } })
    await open(owner, 'ai-calling')
    await page.getByRole('heading', { name: 'AI calling is ready' }).waitFor()
    expect(
      await page.locator('.service-place').evaluateAll((links) => links.map((link) => link.getAttribute('href'))),
    ).toEqual(['/admin/collections/agents', '/admin/collections/phone-numbers', '/admin/collections/calls'])
    await page
      .getByRole('link', { name: /^Agents/ })
      .last()
      .click()
    await page.waitForURL('**/admin/collections/agents*')
    expect(owner.problems).toEqual([])
  })

  it('should answer for a service that is not there as for any page that is not', async () => {
    const { page } = owner
    await page.goto('/admin/services/nothing')
    await page
      .getByText(/not found|nothing found/i)
      .first()
      .waitFor()
    expect(await page.locator('.service-guard').count()).toBe(0)
  })

  it('should send signed-out people to sign in, and back', async () => {
    const { page } = await stage.browser.visit()
    await page.goto('/admin/services/ai-calling')
    await page.waitForURL(/\/admin\/login\?redirect=%2Fadmin%2Fservices%2Fai-calling/)
  })
})
