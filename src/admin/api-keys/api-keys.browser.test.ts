import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import type { Page } from 'playwright-core'
import { createBrowserStage } from '../../testing/browser/create-stage.ts'
import type { BrowserStage } from '../../testing/browser/create-stage.ts'
import { everythingKept, holdsKey } from '../../testing/browser/everything-kept.ts'
import { fetchInPage } from '../../testing/browser/fetch-in-page.ts'
import { findUnnamed } from '../../testing/browser/find-unnamed.ts'
import { ADMIN, signUpInBrowser } from '../../testing/browser/sign-in.ts'
import { MAX_PICTURE_BYTES, fitsWidth, takePicture } from '../../testing/browser/take-picture.ts'

const URL_OF_KEYS = '/admin/settings/api-keys'

/** One owner's way from an empty page to every key that a call needs; each step builds on the ones before. */
describe('the page of API keys', () => {
  let stage: BrowserStage
  let page: Page
  let problems: string[]

  beforeAll(async () => {
    stage = await createBrowserStage(ADMIN)
    const visit = await signUpInBrowser(stage, 'Ada Lovelace')
    page = visit.page
    problems = visit.problems
  })
  afterAll(() => stage?.close())
  afterEach(() => expect(problems?.splice(0) ?? []).toEqual([]))

  const card = (provider: string) => page.locator(`[data-provider=${provider}]`)
  const status = (provider: string) => card(provider).locator('.key-status')
  const press = (provider: string, name: string) => card(provider).getByRole('button', { name, exact: true }).click()
  const announced = (text: string) => page.locator('[data-announcer]', { hasText: text }).waitFor()
  const openForm = (provider: string, name = 'Add key') => card(provider).getByRole('button', { name }).click()
  const open = async (path = URL_OF_KEYS) => {
    await page.goto(path)
    await page.waitForLoadState('networkidle')
  }

  it('should begin with what is missing, and why each key is needed', async () => {
    await open()
    await page
      .getByText('You can take a call when speech to text, language model, voice, and telephony work.')
      .waitFor()
    expect(await page.locator('.setup-progress__part[data-done=true]').count()).toBe(0)
    for (const provider of ['deepgram', 'openai', 'elevenlabs', 'telnyx']) {
      expect(await status(provider).textContent()).toBe('Not set')
      expect(await card(provider).locator('.key-need').textContent()).toBe('One is needed')
      expect(
        await card(provider)
          .getByRole('link', { name: /Get a key/ })
          .getAttribute('href'),
      ).toMatch(/^https:/)
    }
    await page.getByText('Who can see them?').click()
    await page.getByText('Nobody, once they are saved').waitFor()
  })

  it('should show the cards of one kind, those that need attention, or all', async () => {
    const shown = () => page.locator('.provider-card').count()
    const { text } = await fetchInPage({ page, path: '/api/providers' })
    const catalogue: { kinds: string[] }[] = JSON.parse(text).docs
    await page.getByRole('button', { name: 'Voice', exact: true }).click()
    expect(await shown()).toBe(catalogue.filter(({ kinds }) => kinds.includes('tts')).length)
    await card('elevenlabs').waitFor()
    await page.getByRole('button', { name: 'All', exact: true }).click()
    expect(await shown()).toBe(catalogue.length)
    await page.getByRole('button', { name: /Needs attention/ }).click()
    await page.getByText('No key needs attention here.').waitFor()
    await page.getByRole('button', { name: 'Show all' }).click()
    expect(await shown()).toBe(catalogue.length)
  })

  it('should bring the card that the address names into view', async () => {
    await page.getByRole('link', { name: /^Add Telnyx/ }).click()
    await page.locator('#telnyx.provider-card--highlighted').waitFor()
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('telnyx')
    await open(`${URL_OF_KEYS}#elevenlabs`)
    await page.locator('#elevenlabs.provider-card--highlighted').waitFor()
  })

  it('should take a key by keyboard alone: focus into the form and back, labels, and verdicts that are said', async () => {
    const { keys } = stage.simulators
    await open()
    const button = card('deepgram').getByRole('button', { name: 'Add key' })
    await button.focus()
    await page.keyboard.press('Enter')
    const input = card('deepgram').getByLabel('API key')
    await input.waitFor()
    expect(await input.evaluate((element) => element === document.activeElement)).toBe(true)
    expect(await input.getAttribute('type')).toBe('password')
    expect(await input.getAttribute('autocomplete')).toBe('new-password')
    expect(await input.getAttribute('aria-describedby')).not.toBeNull()

    expect(await findUnnamed(page)).toEqual([])

    await page.keyboard.press('Escape')
    await button.waitFor()
    expect(await button.evaluate((element) => element === document.activeElement)).toBe(true)

    await page.keyboard.press('Enter')
    await input.waitFor()
    await page.keyboard.type('dg-not-a-key')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    expect(await input.getAttribute('type')).toBe('text')
    await page.keyboard.press('Shift+Tab')
    await page.keyboard.press('Enter')
    await announced('Deepgram does not accept this key')
    await card('deepgram').getByText('Deepgram does not accept this key, so it was not saved.').waitFor()
    expect(await status('deepgram').textContent()).toBe('Not set')

    await input.focus()
    await page.keyboard.press('ControlOrMeta+A')
    await page.keyboard.type(keys.deepgram)
    await page.keyboard.press('Enter')
    await announced('The Deepgram key is saved: active.')
    await card('deepgram').locator('.key-status--valid').waitFor()
    const focused = await page.evaluate(() => document.activeElement?.textContent)
    expect(focused).toBe('Replace')
  })

  it('should take the blanks off what is pasted, and keep nothing of a form that is left', async () => {
    await openForm('openai')
    const input = card('openai').getByLabel('API key')
    await input.evaluate((element, text) => {
      const clipboardData = new DataTransfer()
      clipboardData.setData('text', text)
      element.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))
    }, `\n  ${stage.simulators.keys.openai} \t\n`)
    expect(await input.inputValue()).toBe(stage.simulators.keys.openai)
    await press('openai', 'Cancel')
    await openForm('openai')
    expect(await input.inputValue()).toBe('')
    await press('openai', 'Cancel')
  })

  it('should test without saving, and say what a limited key lacks', async () => {
    const { others } = stage.simulators
    await openForm('elevenlabs')
    await card('elevenlabs').getByLabel('API key').fill(others.restricted)
    await press('elevenlabs', 'Test')
    await card('elevenlabs').getByText('This key: Limited.').waitFor()
    const missing = card('elevenlabs').locator('.key-capability--missing')
    expect(await missing.textContent()).toContain('Voice cloning not allowed')
    expect(await status('elevenlabs').textContent()).toBe('Not set')
    await press('elevenlabs', 'Save key')
    await card('elevenlabs').locator('.key-status--limited').waitFor()
    expect(
      await card('elevenlabs')
        .getByRole('link', { name: /Open ElevenLabs/ })
        .getAttribute('href'),
    ).toMatch(/^https:/)
  })

  it('should save a key whose provider does not answer as unverified', async () => {
    const { openai, keys } = stage.simulators
    openai.setFault('server-error')
    await openForm('openai')
    await card('openai').getByLabel('API key').fill(keys.openai)
    await press('openai', 'Save key')
    await card('openai').locator('.key-status--unverified').waitFor()
    await card('openai').getByText('so the key was not tested. Test it again soon.').waitFor()
    openai.setFault(undefined)
    await press('openai', 'Test')
    await card('openai').locator('.key-status--valid').waitFor()
    await announced('OpenAI was asked: active.')
  })

  it('should look right in light, dark and on a phone', async () => {
    await open()
    const pictures = [
      await takePicture({ page, name: 'api-keys', height: 1310 }),
      await takePicture({ page, name: 'api-keys-dark', theme: 'dark', height: 1310 }),
      await takePicture({ page, name: 'api-keys-phone', width: 390, height: 844 }),
    ]
    expect(await fitsWidth(page)).toBe(true)
    await openForm('telnyx')
    expect(await fitsWidth(page)).toBe(true)
    await press('telnyx', 'Cancel')
    await page.setViewportSize({ width: 1280, height: 900 })
    for (const picture of pictures) expect(picture.length).toBeLessThan(MAX_PICTURE_BYTES)
  })

  it('should name the fields that are wrong', async () => {
    const { keys, telnyx } = stage.simulators
    const { connectionId } = telnyx.account(keys.telnyx)
    await openForm('telnyx')
    await card('telnyx').getByLabel('API key').fill(keys.telnyx)
    await card('telnyx').getByLabel('Public key').fill('too short')
    await card('telnyx').getByLabel('Connection id').fill(connectionId)
    await press('telnyx', 'Save key')
    await card('telnyx').getByText('44 characters, the last of them =').waitFor()
    expect(await card('telnyx').getByLabel('Public key').getAttribute('aria-invalid')).toBe('true')
  })

  it('should say when everything is there', async () => {
    const { keys, telnyx, others } = stage.simulators
    await card('telnyx').getByLabel('Public key').fill(telnyx.account(keys.telnyx).publicKey)
    await press('telnyx', 'Save key')
    await card('telnyx').locator('.key-status--valid').waitFor()
    await page.getByText('AI calling has every key that it needs.').waitFor()
    expect(await page.locator('.setup-progress__part[data-done=true]').count()).toBe(4)

    await openForm('elevenlabs', 'Replace')
    await card('elevenlabs').getByLabel('API key').fill(keys.elevenlabs)
    await press('elevenlabs', 'Replace key')
    await card('elevenlabs').locator('.key-status--valid').waitFor()

    // An account that is empty is told apart from a key that is wrong.
    await openForm('deepgram', 'Replace')
    await card('deepgram').getByLabel('API key').fill(others.empty)
    await press('deepgram', 'Test')
    await card('deepgram').getByText('This key: Out of credit.').waitFor()
    await press('deepgram', 'Cancel')
    expect(await status('deepgram').textContent()).toBe('Active')
  })

  it('should keep no trace of any key in the browser, and let no cache keep the pages', async () => {
    const { keys, others } = stage.simulators
    const used = [...Object.values(keys), others.restricted, others.empty]
    const paths = [
      { path: URL_OF_KEYS },
      { path: URL_OF_KEYS, headers: { RSC: '1' } },
      { path: `${URL_OF_KEYS}/deepgram` },
      { path: `${URL_OF_KEYS}/deepgram`, headers: { RSC: '1' } },
      { path: '/api/user-api-keys' },
    ]
    const kept = [await everythingKept(page)]
    for (const { path, headers } of paths) {
      const answer = await fetchInPage({ page, path, headers })
      expect([path, answer.status]).toEqual([path, 200])
      expect([path, answer.headers['cache-control']]).toEqual([path, expect.stringContaining('no-store')])
      kept.push(answer.text)
    }
    expect(kept[1]).toContain('sk-proj-')
    await open()
    kept.push(await everythingKept(page))
    for (const key of used) expect(kept.map((text) => holdsKey(text, key))).toEqual(kept.map(() => false))
  })
})
