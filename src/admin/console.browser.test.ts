import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import type { Page } from 'playwright-core'
import { createBrowserStage } from '../testing/browser/create-stage.ts'
import type { BrowserStage } from '../testing/browser/create-stage.ts'
import { fetchInPage } from '../testing/browser/fetch-in-page.ts'
import { MAX_PICTURE_BYTES, fitsWidth, takePicture } from '../testing/browser/take-picture.ts'

const NUMBER = '+14155550123'
const PROVIDERS = ['deepgram', 'openai', 'elevenlabs', 'telnyx'] as const

/** One person's way from an empty installation to the first call; each step builds on the ones before. */
describe('the console', () => {
  let stage: BrowserStage
  let page: Page
  let problems: string[]
  let agentPath: string

  beforeAll(async () => {
    stage = await createBrowserStage()
    const visit = await stage.browser.visit()
    page = visit.page
    problems = visit.problems
    page.setDefaultTimeout(20_000)
  })
  afterAll(() => stage?.close())
  afterEach(() => expect(problems?.splice(0) ?? []).toEqual([]))

  const card = (provider: string) => page.locator(`[data-provider=${provider}]`)
  const step = (id: string) => page.locator(`[data-step=${id}]`)
  const open = async (path: string) => {
    await page.goto(path)
    await page.waitForLoadState('networkidle')
  }

  /** Looks at a page in light, dark and on a phone, and keeps the pictures that the README shows. */
  const expectToLookRight = async (path: string, names: { light?: string; dark?: string; phone?: string }) => {
    await open(path)
    const pictures = [
      await takePicture({ page, name: names.light }),
      await takePicture({ page, name: names.dark, theme: 'dark' }),
      await takePicture({ page, name: names.phone, width: 390, height: 844 }),
    ]
    expect(await fitsWidth(page)).toBe(true)
    for (const picture of pictures) expect(picture.length).toBeLessThan(MAX_PICTURE_BYTES)
    await page.setViewportSize({ width: 1280, height: 900 })
  }

  it('should let the first person of a fresh installation in', async () => {
    await page.goto('/admin')
    await page.waitForURL('**/admin/create-first-user')
    await page.getByLabel('Your name').fill('Root')
    await page.getByLabel('E-mail').fill('root@example.com')
    await page.getByLabel('Password').fill('correct horse battery')
    await page.getByRole('button', { name: 'Create account' }).click()
    await page.waitForURL('**/admin')
    await page.getByRole('heading', { name: 'Hello, Root' }).waitFor()
    await page.context().clearCookies()
  })

  it('should sign somebody up from the login page', async () => {
    await open('/admin/login')
    await page.getByRole('link', { name: 'Create an account' }).click()
    await page.waitForURL('**/admin/signup')
    await page.getByRole('button', { name: 'Create account' }).click()
    await page.getByText('Tell us your name.').waitFor()

    await page.getByLabel('Your name').fill('Ada Lovelace')
    await page.getByLabel('E-mail').fill('root@example.com')
    await page.getByLabel('Password').fill('correct horse battery')
    await page.getByRole('button', { name: 'Create account' }).click()
    await page.getByText('There is an account with this e-mail address already.').waitFor()

    await page.getByLabel('E-mail').fill('ada@example.com')
    await page.getByRole('button', { name: 'Create account' }).click()
    await page.getByRole('heading', { name: 'Hello, Ada Lovelace' }).waitFor()
    expect(await step('keys').getAttribute('data-done')).toBe('false')
  })

  it('should refuse a wrong key, name the provider, and save nothing', async () => {
    await step('keys').getByRole('link', { name: 'Add keys' }).click()
    await page.waitForURL('**/admin/settings/api-keys')
    await card('openai').getByRole('button', { name: 'Add key' }).click()
    const input = card('openai').getByLabel('API key')
    expect(await input.getAttribute('type')).toBe('password')
    expect(await input.getAttribute('autocomplete')).toBe('new-password')
    await input.fill('sk-proj-this-one-is-wrong')
    await card('openai').getByRole('button', { name: 'Save key' }).click()
    await card('openai').getByText('OpenAI does not accept this key, so it was not saved.').waitFor()
    expect(await card('openai').locator('.key-status').textContent()).toBe('Not set')
    await card('openai').getByRole('button', { name: 'Cancel' }).click()
  })

  it('should test and save the keys of four providers', async () => {
    const { keys, telnyx } = stage.simulators
    for (const provider of PROVIDERS) {
      await card(provider).getByRole('button', { name: 'Add key' }).click()
      await card(provider).getByLabel('API key').fill(keys[provider])
      if (provider === 'telnyx') {
        const { publicKey, connectionId } = telnyx.account(keys.telnyx)
        await card(provider).getByLabel('Public key').fill(publicKey)
        await card(provider).getByLabel('Connection id').fill(connectionId)
      }
      await card(provider).getByRole('button', { name: 'Test', exact: true }).click()
      await card(provider).getByText('This key: Active.').waitFor()
      await card(provider).getByRole('button', { name: 'Save key' }).click()
      await card(provider).locator('.key-status--valid').waitFor()
    }
    await page.getByText('AI calling has every key that it needs.').waitFor()
    expect(await page.locator('.setup-progress__part[data-done=true]').count()).toBe(4)
    await card('openai').getByRole('button', { name: 'Test', exact: true }).click()
    await page.locator('[data-announcer]', { hasText: 'OpenAI was asked: active.' }).waitFor()
  })

  it('should keep no trace of a saved key in the browser', async () => {
    const stored = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]))
    const shown = await page.content()
    const values = await page
      .locator('input')
      .evaluateAll((inputs) => inputs.map((input) => (input as HTMLInputElement).value))
    const url = '/admin/settings/api-keys'
    const answers = await Promise.all([
      fetchInPage({ page, path: url }),
      fetchInPage({ page, path: url, headers: { RSC: '1' } }),
      fetchInPage({ page, path: '/api/user-api-keys' }),
    ])
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
    for (const { text } of answers) expect(text).toContain('sk-proj-')
    const everything = [stored, shown, ...values, ...answers.map(({ text }) => text)].join()
    for (const key of Object.values(stage.simulators.keys)) {
      expect(everything.includes(key)).toBe(false)
      expect(everything.includes(key.slice(16))).toBe(false)
    }
  })

  it('should publish an agent whose prompt has a variable as a chip', async () => {
    await open('/admin/collections/agents/create')
    await page.locator('input[name=name]').fill('Front desk')
    const editor = page.locator('.prompt-editor [contenteditable=true]')
    await editor.click()
    await page.keyboard.type('You answer the phone of {{tenant_name}} and take bookings.')
    const chip = editor.locator('.prompt-variable')
    await chip.waitFor()
    expect(await chip.textContent()).toContain('tenant_name')
    await page.getByRole('button', { name: 'Publish changes' }).click()
    await page.waitForURL(/\/collections\/agents\/(?!create$)[^/]+$/)
    agentPath = new URL(page.url()).pathname
    const { text } = await fetchInPage({ page, path: '/api/agents?where[_status][equals]=published' })
    const { docs } = JSON.parse(text) as { docs: { promptMarkdown: string }[] }
    expect(docs.map(({ promptMarkdown }) => promptMarkdown.trim())).toEqual([
      'You answer the phone of {{tenant_name}} and take bookings.',
    ])
  })

  it('should look right in light, dark and on a phone', async () => {
    await expectToLookRight('/admin', { light: 'dashboard', dark: 'dashboard-dark' })
    await expectToLookRight('/admin/settings/api-keys', {})
    await expectToLookRight(agentPath, { light: 'agent' })
  })

  it('should attach a number and show the webhook URL to copy', async () => {
    await open('/admin/collections/phone-numbers/create')
    await page.locator('input[name=number]').fill('+1 (415) 555-0123')
    await page.locator('#field-agent .rs__control').click()
    await page.locator('.rs__option', { hasText: 'Front desk' }).click()
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await page.waitForURL(/\/collections\/phone-numbers\/(?!create$)[^/]+$/)
    const url = await page.getByLabel('Webhook URL').inputValue()
    expect(url).toMatch(new RegExp(`^${stage.url}/webhooks/telnyx/[^/]+$`))
    stage.simulators.telnyx.account(stage.simulators.keys.telnyx).webhookUrl = url
  })

  it('should show a call that came in, and that everything is set up', async () => {
    const { keys, telnyx } = stage.simulators
    const call = telnyx.placeCall({ account: keys.telnyx, from: '+13125550100', to: NUMBER })
    await call.streaming
    await call.agentSpeaks()
    call.hangUp()
    await call.ended
    await open('/admin')
    await page.getByText('Everything is set up: your agents answer calls.').waitFor()
    await page.getByRole('link', { name: /\+13125550100.*Front desk/ }).click()
    await page.waitForURL(/\/collections\/calls\/[^/]+$/)
  })

  it('should name what stops before it deletes a key', async () => {
    await open('/admin/settings/api-keys')
    await card('deepgram').getByRole('button', { name: 'Delete' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('Without it these stop:').waitFor()
    await dialog.getByText('Front desk').waitFor()
    await dialog.getByRole('button', { name: 'Keep it' }).click()
    expect(await card('deepgram').locator('.key-status').textContent()).toBe('Active')
  })
})
