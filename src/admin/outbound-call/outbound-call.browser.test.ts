import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import type { Page } from 'playwright-core'
import type { CalleeScript } from '../../../simulators/telnyx/index.ts'
import { createBrowserStage } from '../../testing/browser/create-stage.ts'
import type { BrowserStage } from '../../testing/browser/create-stage.ts'
import { fetchInPage } from '../../testing/browser/fetch-in-page.ts'
import type { Visit } from '../../testing/browser/open-browser.ts'
import { ADMIN, addMemberInBrowser, signInAsAdmin, signUpInBrowser } from '../../testing/browser/sign-in.ts'
import { fitsWidth } from '../../testing/browser/take-picture.ts'

const NUMBER = '+14155550100'
/** Entered here, and not the account's at the carrier. */
const FOREIGN = '+14155550199'
const PERSON = '+13125550142'
const PATIENCE_MS = 120_000

const AGENT = {
  kind: 'voice',
  promptMarkdown: 'You call {{customer}} about {{subject}}.',
  greeting: 'Hello {{customer}}, I am calling about {{subject}}.',
  stt: { provider: 'deepgram' },
  llm: { provider: 'openai' },
  tts: { provider: 'elevenlabs' },
  variables: [
    { name: 'customer', description: 'Who is called.' },
    { name: 'subject', default: 'your table' },
  ],
}

/** One workspace on its way to its first call from the panel; each step builds on the ones before. */
describe('calling a number from the panel', () => {
  let stage: BrowserStage
  let owner: Awaited<ReturnType<typeof signUpInBrowser>>
  let root: Visit
  let page: Page
  const ids: Record<'front' | 'draft' | 'mail', string> = { front: '', draft: '', mail: '' }

  beforeAll(async () => {
    stage = await createBrowserStage(ADMIN)
    const { keys, telnyx } = stage.simulators
    telnyx.addAccount({ apiKey: keys.telnyx, numbers: [NUMBER] })
    root = await signInAsAdmin(stage)
    owner = await signUpInBrowser(stage, 'Ada')
    page = owner.page
    await page.goto('/admin')
    ids.front = await createAgent({ ...AGENT, name: 'Front desk', _status: 'published' })
    ids.draft = await createAgent({ ...AGENT, name: 'Draft desk', _status: 'draft' })
    ids.mail = await createAgent({ name: 'Mailer', kind: 'email', promptMarkdown: 'You write.', _status: 'draft' })
  }, PATIENCE_MS)
  afterAll(() => stage?.close())
  afterEach(() => expect(owner?.problems.splice(0) ?? []).toEqual([]))

  const post = async (path: string, body: unknown) => {
    const { status, text } = await fetchInPage({ page, path, method: 'POST', body })
    expect(`${path} ${status}`).toBe(`${path} 201`)
    return JSON.parse(text)
  }
  const createAgent = async (data: object): Promise<string> => String((await post('/api/agents', data)).doc.id)
  const carrier = () => stage.simulators.telnyx.account(stage.simulators.keys.telnyx)

  const button = (on = page) => on.getByRole('button', { name: 'Call a number' })
  const dialog = () => page.getByRole('dialog', { name: 'Call a number' })
  const callButton = () => dialog().getByRole('button', { name: 'Call', exact: true })
  const openAgent = async (id: string, on = page) => {
    await on.goto(`/admin/collections/agents/${id}`)
    await on.waitForLoadState('networkidle')
  }
  const openDialog = async () => {
    await openAgent(ids.front)
    await button().click()
    await dialog().waitFor()
  }
  const fill = async ({ to = PERSON, customer = 'Bob' } = {}) => {
    await dialog().getByLabel('Number to call').fill(to)
    await dialog().getByLabel('customer').fill(customer)
  }
  const placeCall = async (script: CalleeScript) => {
    carrier().callees[PERSON] = script
    await callButton().click()
    return stage.simulators.telnyx.nextDial()
  }
  const calls = async () => {
    const { text } = await fetchInPage({ page, path: '/api/calls?depth=0' })
    return (JSON.parse(text) as { docs: { id: unknown; status: string; to: string; from: string }[] }).docs
  }

  it('should be for published voice agents, and say so to whoever tries another', async () => {
    await openAgent(ids.mail)
    expect(await button().count()).toBe(0)
    await page.goto('/admin/collections/agents/create')
    await page.getByRole('button', { name: 'Publish changes' }).waitFor()
    expect(await button().count()).toBe(0)

    await openAgent(ids.draft)
    const reason = 'Publish the agent first: calls use what is published.'
    expect(await button().getAttribute('aria-disabled')).toBe('true')
    const describedBy = await button().getAttribute('aria-describedby')
    expect(await page.locator(`[id="${describedBy}"]`).textContent()).toBe(reason)
    await button().focus()
    await page.keyboard.press('Enter')
    await page.locator('[data-sonner-toast]', { hasText: reason }).waitFor()
    expect(await dialog().count()).toBe(0)

    await page.getByRole('button', { name: 'Publish changes' }).click()
    await page.locator('button:not([aria-disabled]):has-text("Call a number")').waitFor()
  })

  it('should lead to a number where there is none, and to the keys where its carrier has none', async () => {
    await openDialog()
    await dialog().getByText('This workspace has no phone number to call from yet.').waitFor()
    await dialog().getByRole('link', { name: 'Add a number' }).click()
    await page.waitForURL('**/admin/collections/phone-numbers/create')

    await post('/api/phone-numbers', { number: FOREIGN, provider: 'telnyx', label: 'Elsewhere' })
    await post('/api/phone-numbers', { number: NUMBER, provider: 'telnyx', agent: Number(ids.front) })
    await openDialog()
    await dialog().getByText('The key of Telnyx is missing or does not work').waitFor()
    await dialog().getByRole('link', { name: 'Open API keys' }).click()
    await page.waitForURL('**/admin/settings/api-keys')
  })

  it('should say which keys are missing, before anything is dialled', async () => {
    const { publicKey, connectionId } = carrier()
    const credentials = { apiKey: stage.simulators.keys.telnyx, publicKey, connectionId }
    await post('/api/user-api-keys/store', { provider: 'telnyx', credentials })
    await openDialog()
    await fill()
    await callButton().click()
    const refusal = dialog().getByRole('alert').filter({ hasText: 'Deepgram API key not configured.' })
    await refusal.waitFor()
    await refusal.getByRole('link', { name: 'Open API keys' }).click()
    await page.waitForURL('**/admin/settings/api-keys')
    expect(await calls()).toEqual([])
    expect(stage.simulators.telnyx.commands).toEqual([])
  })

  it('should be read and filled in by keyboard, and say what is missing', async () => {
    for (const provider of ['deepgram', 'openai', 'elevenlabs'] as const) {
      await post('/api/user-api-keys/store', { provider, apiKey: stage.simulators.keys[provider] })
    }
    await openAgent(ids.front)
    await button().focus()
    await page.keyboard.press('Enter')
    const to = dialog().getByLabel('Number to call')
    await to.waitFor()
    expect(await to.evaluate((input) => input === document.activeElement)).toBe(true)
    const from = dialog().getByLabel('Call from')
    expect(await from.locator('option').allTextContents()).toEqual([
      `${NUMBER} · Telnyx`,
      `${FOREIGN} · Elsewhere · Telnyx`,
    ])
    expect(await from.inputValue()).toBe(NUMBER)
    expect(await dialog().getByLabel('customer').getAttribute('required')).not.toBeNull()
    expect(await dialog().getByLabel('subject').getAttribute('required')).toBeNull()
    expect(await dialog().getByLabel('subject').getAttribute('placeholder')).toBe('your table')

    await page.keyboard.type('312 555 0142')
    await dialog().getByLabel('When a machine answers').selectOption({ label: 'Leave a message' })
    await dialog().getByLabel('Message').focus()
    await callButton().press('Enter')
    await dialog().getByText('Write the number with plus and country code, for example +15551234567.').waitFor()
    await dialog().getByText('Say what customer is in this call.').waitFor()
    await dialog().getByText('Say what is to be left.').waitFor()
    expect(await to.getAttribute('aria-invalid')).toBe('true')
    expect(await to.evaluate((input) => input === document.activeElement)).toBe(true)

    await page.keyboard.press('Escape')
    await dialog().waitFor({ state: 'hidden' })
    expect(await button().evaluate((element) => element === document.activeElement)).toBe(true)
    expect(await calls()).toEqual([])
    expect(await page.getByText('Status:').locator('..').textContent()).toContain('Published')
  })

  it('should fit in light, in the dark and on a phone', async () => {
    for (const { width, height, colorScheme } of [
      { width: 1_280, height: 900, colorScheme: 'dark' },
      { width: 390, height: 844, colorScheme: 'dark' },
      { width: 390, height: 600, colorScheme: 'light' },
    ] as const) {
      await page.setViewportSize({ width, height })
      await page.emulateMedia({ colorScheme })
      await openDialog()
      await dialog().getByLabel('When a machine answers').selectOption({ label: 'Leave a message' })
      expect(await page.locator('html').getAttribute('data-theme')).toBe(colorScheme)
      const [ink, paper] = await dialog().evaluate((element) => {
        const { color, backgroundColor } = getComputedStyle(element)
        return [color, backgroundColor].map((value) => Number(/\d+/.exec(value)?.[0]))
      })
      expect((ink ?? 0) > (paper ?? 0)).toBe(colorScheme === 'dark')
      const box = await dialog().boundingBox()
      expect(box?.x).toBeGreaterThan(0)
      expect((box?.x ?? 0) + (box?.width ?? width)).toBeLessThan(width)
      expect((box?.y ?? 0) + (box?.height ?? height)).toBeLessThan(height)
      expect(await dialog().evaluate((element) => element.scrollWidth <= element.clientWidth)).toBe(true)
      expect(await fitsWidth(page)).toBe(true)
      await callButton().scrollIntoViewIfNeeded()
      expect(await callButton().isVisible()).toBe(true)
    }
    await page.setViewportSize({ width: 1_280, height: 900 })
    await page.emulateMedia({ colorScheme: 'light' })
  })

  it('should say what the carrier refused, and lead to the record of it', async () => {
    await openDialog()
    await fill()
    await dialog().getByLabel('Call from').selectOption(FOREIGN)
    await callButton().click()
    const refusal = dialog().getByRole('alert').filter({ hasText: 'Telnyx refused the call.' })
    await refusal.waitFor()
    expect(await dialog().getByLabel('Number to call').inputValue()).toBe(PERSON)
    await refusal.getByRole('link', { name: 'Open the record of the call' }).click()
    await page.waitForURL('**/admin/collections/calls/*')
    expect(await page.locator('.call-status').textContent()).toBe('Failed')
    await page.getByRole('region', { name: 'What went wrong' }).waitFor()
  })

  it('should call, follow the conversation and hang up', async () => {
    await openDialog()
    await fill({ to: '+1 (312) 555-0142' })
    const call = await placeCall({ afterMs: 1_500 })
    expect({ from: call.from, to: call.to }).toEqual({ from: NUMBER, to: PERSON })
    await page.waitForURL('**/admin/collections/calls/*')
    await page.getByRole('button', { name: 'Hang up' }).waitFor()
    await call.streaming
    const conversation = page.getByRole('region', { name: 'Conversation' })
    await conversation.getByText('Hello Bob, I am calling about your table.').waitFor()
    await call.agentSilent({ forMs: 900 })
    await call.say('opening-hours')
    await conversation.getByText('What are your opening hours today?').waitFor()

    await page.getByRole('button', { name: 'Hang up' }).click()
    await call.ended
    await page.getByText('A member of the workspace ended the call.').waitFor()
    expect(await page.locator('.call-status').textContent()).toBe('Completed')
  })

  it('should tell a machine what was written for it', async () => {
    await openDialog()
    await fill()
    await dialog().getByLabel('When a machine answers').selectOption({ label: 'Leave a message' })
    await dialog().getByLabel('Message').fill('Please call us back.')
    const call = await placeCall({ is: 'machine', detectionMs: 20 })
    await page.waitForURL('**/admin/collections/calls/*')
    await call.ended
    await page.locator('.call-status', { hasText: 'Voicemail' }).waitFor()
    await page.getByText('Please call us back.').waitFor()
  })

  it('should keep changes that are not saved, and hold them out of the call', async () => {
    await openAgent(ids.front)
    await page.locator('input[name=name]').fill('Front desk, renamed')
    await page.getByRole('button', { name: 'Save Draft' }).and(page.locator(':enabled')).waitFor()
    await button().click()
    await dialog().getByText('The call uses the published agent, without the changes made since.').waitFor()
    await fill()
    const call = await placeCall({})
    const follow = dialog().getByRole('link', { name: 'Follow the call' })
    await follow.waitFor()
    const [tab] = await Promise.all([page.waitForEvent('popup'), follow.click()])
    await tab.waitForURL('**/admin/collections/calls/*')
    await tab.getByText('Front desk', { exact: true }).waitFor()
    await tab.getByRole('button', { name: 'Hang up' }).click()
    await call.ended
    await tab.close()
    await dialog().getByRole('button', { name: 'Close' }).click()
    expect(await page.locator('input[name=name]').inputValue()).toBe('Front desk, renamed')
    const { text } = await fetchInPage({ page, path: `/api/agents/${ids.front}?depth=0&draft=true` })
    expect(JSON.parse(text).name).toBe('Front desk')
    await page.locator('input[name=name]').fill('Front desk')
  })

  it('should be for owners and editors alone', async () => {
    const { tenant } = owner
    const viewer = await addMemberInBrowser({ stage, root, tenant, role: 'viewer' })
    await openAgent(ids.front, viewer.page)
    await viewer.page.locator('input[name=name]').waitFor()
    expect(await button(viewer.page).count()).toBe(0)
    const editor = await addMemberInBrowser({ stage, root, tenant, role: 'editor' })
    await openAgent(ids.front, editor.page)
    await button(editor.page).click()
    await editor.page.getByLabel('Number to call').waitFor()
    expect([...viewer.problems, ...editor.problems, ...root.problems]).toEqual([])
  })
})
