import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import type { Page } from 'playwright-core'
import { createBrowserStage } from '../../testing/browser/create-stage.ts'
import type { BrowserStage } from '../../testing/browser/create-stage.ts'
import { everythingKept, holdsKey } from '../../testing/browser/everything-kept.ts'
import { findUnnamed } from '../../testing/browser/find-unnamed.ts'
import type { Visit } from '../../testing/browser/open-browser.ts'
import { ADMIN, signInAsAdmin, signUpInBrowser } from '../../testing/browser/sign-in.ts'
import { fitsWidth } from '../../testing/browser/take-picture.ts'

const URL_OF_KEYS = '/admin/settings/api-keys'
const PROVIDER = 'openaicompatible'

/** From an address that nobody allowed to an agent on a server of the workspace's own; each step builds on the last. */
describe('keys that are more than one word', () => {
  let stage: BrowserStage
  let root: Visit
  let page: Page
  let problems: string[]

  beforeAll(async () => {
    stage = await createBrowserStage(ADMIN)
    root = await signInAsAdmin(stage)
    const owner = await signUpInBrowser(stage, 'Ada')
    page = owner.page
    problems = owner.problems
  })
  afterAll(() => stage?.close())
  afterEach(() => expect([...(problems?.splice(0) ?? []), ...(root?.problems.splice(0) ?? [])]).toEqual([]))

  const card = (provider: string) => page.locator(`[data-provider=${provider}]`)
  const openForm = async (provider: string) => {
    await page.goto(URL_OF_KEYS)
    await page.waitForLoadState('networkidle')
    await card(provider).getByRole('button', { name: 'Add key' }).click()
  }

  it('should say whom to ask while no address is allowed', async () => {
    await openForm(PROVIDER)
    await card(PROVIDER)
      .getByText('No address is allowed yet. Ask your platform admin to add the address of your server')
      .waitFor()
    expect(await card(PROVIDER).getByLabel('Address').isDisabled()).toBe(true)
    expect(await card(PROVIDER).getByRole('button', { name: 'Save key' }).isDisabled()).toBe(true)
    expect(await findUnnamed(page)).toEqual([])
    await page.setViewportSize({ width: 390, height: 844 })
    expect(await fitsWidth(page)).toBe(true)
    await page.setViewportSize({ width: 1_280, height: 900 })
  })

  it('should let a platform admin allow an address, and name one that is none at its field', async () => {
    const { page: desk } = root
    await desk.setViewportSize({ width: 1_600, height: 900 })
    await desk.goto('/admin')
    await desk.getByRole('link', { name: 'Allowed addresses' }).first().click()
    await desk.getByRole('link', { name: 'Create New' }).first().click()
    await desk.locator('input[name=label]').fill('Our GPU server')
    await desk.locator('input[name=address]').fill('gpu.internal:8000/v1')
    await desk.getByRole('button', { name: 'Save', exact: true }).click()
    await desk.locator('.field-type.text.error', { has: desk.locator('input[name=address]') }).waitFor()
    await desk.locator('input[name=address]').fill(stage.simulators.openaicompatible.baseUrl)
    await desk.getByRole('button', { name: 'Save', exact: true }).click()
    await desk.waitForURL(/\/collections\/allowed-endpoints\/(?!create$)[^/]+$/)
  })

  it('should offer the address to an owner, and save the key that the server behind it takes', async () => {
    const { keys, openaicompatible } = stage.simulators
    await openForm(PROVIDER)
    const address = card(PROVIDER).getByLabel('Address')
    await address.selectOption({ label: `Our GPU server (${openaicompatible.baseUrl})` })
    await card(PROVIDER).getByLabel('API key').fill('token-of-somebody-else')
    await card(PROVIDER).getByRole('button', { name: 'Save key' }).click()
    await card(PROVIDER).getByText('does not accept this key, so it was not saved.').waitFor()

    await card(PROVIDER).getByLabel('API key').fill(keys.openaicompatible)
    await card(PROVIDER).getByRole('button', { name: 'Save key' }).click()
    await card(PROVIDER).locator('.key-status--valid').waitFor()
    await card(PROVIDER).getByText('The server answers and lists 3 models').waitFor()
    expect(openaicompatible.seenKeys.has(keys.openaicompatible)).toBe(true)
    expect(holdsKey(await everythingKept(page), keys.openaicompatible)).toBe(false)
  })

  it('should offer an agent the models of that server', async () => {
    await page.goto('/admin/collections/agents/create')
    await page.getByRole('button', { name: 'Providers', exact: true }).click()
    await page.locator('#field-llm__provider .rs__control').click()
    await page.locator('.rs__option').getByText('OpenAI-compatible endpoint', { exact: true }).click()
    await page.locator('#field-llm .choice-field .rs__control').click()
    await page.locator('.rs__option', { hasText: 'qwen3-8b-instruct' }).click()
    expect(await page.locator('#field-llm .choice-field .rs__single-value').textContent()).toBe('qwen3-8b-instruct')
  })

  it('should take both parts of what Twilio gives out, and name the one that is wrong', async () => {
    const { accountSid, authToken } = stage.simulators.twilioAccount
    await openForm('twilio')
    await card('twilio')
      .getByLabel('Account SID')
      .fill(`SK${accountSid.slice(2)}`)
    await card('twilio').getByLabel('Auth token').fill(authToken)
    await card('twilio').getByRole('button', { name: 'Save key' }).click()
    await card('twilio').getByText('An API key (SK…) cannot take its place.').waitFor()
    expect(await card('twilio').getByLabel('Account SID').getAttribute('aria-invalid')).toBe('true')
    await card('twilio').getByLabel('Account SID').fill(accountSid)
    await card('twilio').getByRole('button', { name: 'Save key' }).click()
    await card('twilio').locator('.key-status--valid').waitFor()
    expect(holdsKey(await everythingKept(page), authToken)).toBe(false)
  })

  it('should show a provider that ended as such, with nothing to fill in', async () => {
    expect(await card('hume').locator('.key-status').textContent()).toBe('Discontinued')
    await card('hume').getByText('Hume ended its speech service on 13 November 2026.').waitFor()
    expect(await card('hume').locator('button, input, a').count()).toBe(0)
    expect(await page.locator('.provider-card').last().getAttribute('data-provider')).toBe('hume')
  })
})
