import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import type { Page } from 'playwright-core'
import { createBrowserStage } from '../../testing/browser/create-stage.ts'
import type { BrowserStage } from '../../testing/browser/create-stage.ts'
import { fetchInPage } from '../../testing/browser/fetch-in-page.ts'
import { signUpInBrowser } from '../../testing/browser/sign-in.ts'
import { fitsWidth, takePicture } from '../../testing/browser/take-picture.ts'

const DESTINATION = 'tools__0__destinations__0'

/** An agent gets a tool, and a number at another carrier; each step builds on the ones before. */
describe('the forms of tools and of numbers', () => {
  let stage: BrowserStage
  let page: Page
  let problems: string[]
  let tenant: string
  let agent: string

  beforeAll(async () => {
    stage = await createBrowserStage()
    const visit = await signUpInBrowser(stage, 'Ada')
    page = visit.page
    problems = visit.problems
    tenant = visit.tenant
    await page.goto('/admin')
    const body = {
      name: 'Front desk',
      kind: 'voice',
      promptMarkdown: 'You answer the phone.',
      stt: { provider: 'deepgram' },
      llm: { provider: 'openai' },
      tts: { provider: 'elevenlabs' },
      _status: 'draft',
    }
    const { text } = await fetchInPage({ page, path: '/api/agents', method: 'POST', body })
    agent = String(JSON.parse(text).doc.id)
  })
  afterAll(() => stage?.close())
  afterEach(() => expect(problems?.splice(0) ?? []).toEqual([]))

  const published = async () => {
    const { text } = await fetchInPage({ page, path: `/api/agents/${agent}?depth=0` })
    const { _status, tools } = JSON.parse(text)
    return { _status, tools }
  }
  const publish = () => page.getByRole('button', { name: 'Publish changes' }).click()

  it('should ask for a destination before a transfer is published', async () => {
    await page.goto(`/admin/collections/agents/${agent}`)
    await page.getByRole('button', { name: 'Tools', exact: true }).click()
    await page.getByRole('button', { name: 'Add Tool' }).click()
    await page.locator('#field-tools__0__type .rs__control').click()
    await page.locator('.rs__option', { hasText: 'Transfer the call' }).click()
    await page.getByRole('button', { name: 'Add Destination' }).waitFor()
    await publish()
    await page.getByText('Add a destination to “Transfer the call” before you publish.').first().waitFor()
    expect(await published()).toMatchObject({ _status: 'draft' })
  })

  it('should name a wrong number at its field, and keep the right one', async () => {
    await page.getByRole('button', { name: 'Add Destination' }).click()
    const name = page.locator(`#field-${DESTINATION}__name`)
    const number = page.locator(`#field-${DESTINATION}__number`)
    await name.fill('Sales')
    await number.fill('the front desk')
    // The form was sent once already: it is looked at as it is written.
    const wrong = page.locator('.field-type.text.error')
    const sentence = 'Enter the number with a plus and its country code, such as +14155550123.'
    await wrong.getByText(sentence).waitFor()
    expect(await wrong.locator('input').evaluateAll((inputs) => inputs.map(({ id }) => id))).toEqual([
      `field-${DESTINATION}__number`,
    ])
    await publish()
    await page.locator('[data-sonner-toast][data-type=error]', { hasText: sentence }).waitFor()
    await wrong.getByText(sentence).waitFor()

    await number.fill('+14155550123')
    await wrong.waitFor({ state: 'detached' })
    await publish()
    await page
      .locator('.doc-controls__status', { hasText: 'Published' })
      .or(page.getByText('Status: Published'))
      .first()
      .waitFor()
    expect(await published()).toMatchObject({
      _status: 'published',
      tools: [{ type: 'transfer-call', destinations: [{ name: 'Sales', number: '+14155550123' }] }],
    })
    await page.getByText('Transfer the call · Sales').waitFor()
  })

  it('should offer a hint for each tool, and take no tool twice', async () => {
    await page.getByRole('button', { name: 'Add Tool' }).click()
    await page.locator('#field-tools__1__type .rs__control').click()
    await page.locator('.rs__option', { hasText: 'End the call' }).click()
    await page.getByLabel('When to hang up').waitFor()
    await page.locator('#field-tools__1__type .rs__control').click()
    await page.locator('.rs__option', { hasText: 'Transfer the call' }).click()
    await publish()
    await page.getByText('“Transfer the call” is there twice. Once is enough.').first().waitFor()
  })

  it('should look right in light, in dark and on a phone', async () => {
    for (const options of [{}, { theme: 'dark' as const }, { width: 390, height: 1_200 }]) {
      await takePicture({ page, ...options })
      await page.getByText('Transfer the call · Sales').waitFor()
      expect(await fitsWidth(page)).toBe(true)
    }
    await page.setViewportSize({ width: 1_280, height: 900 })
    await page.emulateMedia({ colorScheme: 'light' })
  })

  it('should show both URLs that Twilio takes, each to be copied', async () => {
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'], { origin: stage.url })
    await page.goto('/admin/collections/phone-numbers/create')
    await page.locator('input[name=number]').fill('+1 415 555 0100')
    await page.locator('#field-provider .rs__control').click()
    await page.locator('.rs__option', { hasText: 'Twilio' }).click()
    for (const path of ['voice', 'status']) {
      const one = page.locator('.webhook-url-field__one', { hasText: `Webhook URL: ${path}` })
      const url = `${stage.url}/webhooks/twilio/${tenant}/${path}`
      expect(await one.getByLabel(`Webhook URL: ${path}`).inputValue()).toBe(url)
      await one.getByRole('button', { name: 'Copy' }).click()
      await page.locator('[data-sonner-toast]', { hasText: 'Webhook URL copied.' }).first().waitFor()
      expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(url)
    }
    expect(await page.locator('.webhook-url-field__one').count()).toBe(2)
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await page.waitForURL(/\/collections\/phone-numbers\/(?!create$)[^/]+$/)
    await takePicture({ page, width: 390, height: 1_000 })
    await page.getByLabel('Webhook URL: status').waitFor()
    expect(await fitsWidth(page)).toBe(true)
  })
})
