import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import type { Page } from 'playwright-core'
import { createBrowserStage } from '../../../testing/browser/create-stage.ts'
import type { BrowserStage } from '../../../testing/browser/create-stage.ts'
import { fetchInPage } from '../../../testing/browser/fetch-in-page.ts'
import { signUpInBrowser } from '../../../testing/browser/sign-in.ts'
import { fitsWidth, MAX_PICTURE_BYTES, takePicture } from '../../../testing/browser/take-picture.ts'

const GEORGE = 'JBFqnCBsd6RMkjVDRZzb'
const TYPED = 'voice-of-my-own'
/** In the list of the key, and not among the models that are known without one. */
const LISTED = 'gpt-5'

/** One author's way from a new agent to a voice that was heard; each step builds on the ones before. */
describe("choosing among a provider's models and voices", () => {
  let stage: BrowserStage
  let page: Page
  let problems: string[]
  let agentPath: string

  beforeAll(async () => {
    stage = await createBrowserStage()
    const visit = await signUpInBrowser(stage, 'Ada')
    page = visit.page
    problems = visit.problems
    await page.goto('/admin')
  })
  afterAll(() => stage?.close())
  afterEach(() => expect(problems?.splice(0) ?? []).toEqual([]))

  const group = (name: 'stt' | 'llm' | 'tts') => page.locator(`#field-${name}`)
  const field = (name: 'llm' | 'tts', label: 'Model' | 'Voice') =>
    group(name).locator('.choice-field').filter({ hasText: label })
  const input = (name: 'llm' | 'tts', label: 'Model' | 'Voice') => field(name, label).getByLabel(label)
  const shown = (name: 'llm' | 'tts', label: 'Model' | 'Voice') => field(name, label).locator('.rs__single-value')
  const sample = () => group('tts').getByRole('button', { name: 'Play a sample' })
  const open = async (path: string) => {
    await page.goto(path)
    await openTab()
  }
  const openTab = async () => {
    await page.getByRole('button', { name: 'Providers', exact: true }).click()
    await group('llm').locator('.choice-field .rs__control').first().waitFor()
  }
  const chooseProvider = async (name: 'llm' | 'tts', provider: string) => {
    await page.locator(`#field-${name}__provider .rs__control`).click()
    await page.locator('.rs__option').getByText(provider, { exact: true }).click()
  }
  /** Chooses without a mouse. */
  const type = async (name: 'llm' | 'tts', label: 'Model' | 'Voice', text: string) => {
    await input(name, label).focus()
    await page.keyboard.type(text)
    await page.keyboard.press('Enter')
  }
  const saved = async () => {
    const { text } = await fetchInPage({ page, path: `/api/agents/${agentPath.split('/').at(-1)}?depth=0&draft=true` })
    const { llm, tts } = JSON.parse(text)
    return { llm, tts }
  }
  const saveDraft = async () => {
    await page.getByRole('button', { name: 'Save Draft' }).click()
    await page.locator('[data-sonner-toast]', { hasText: 'successfully' }).first().waitFor()
  }

  it('should say where there is no key, and offer what is known without one', async () => {
    await open('/admin/collections/agents/create')
    await chooseProvider('llm', 'OpenAI')
    await field('llm', 'Model').getByText('Add a key to see what yours may use.').waitFor()
    await field('llm', 'Model').locator('.rs__control').click()
    await page.locator('.rs__option', { hasText: 'GPT-4.1 nano' }).waitFor()
    expect(await page.locator('.rs__option').getByText(LISTED, { exact: true }).count()).toBe(0)
    await page.keyboard.press('Escape')
  })

  it('should offer the models of the key, and take the one that is clicked', async () => {
    for (const provider of ['openai', 'elevenlabs'] as const) {
      const body = { provider, apiKey: stage.simulators.keys[provider] }
      const { status } = await fetchInPage({ page, path: '/api/user-api-keys/store', method: 'POST', body })
      expect(status).toBe(201)
    }
    await open('/admin/collections/agents/create')
    await chooseProvider('llm', 'OpenAI')
    await field('llm', 'Model').locator('.rs__control').click()
    await page.locator('.rs__option').getByText(LISTED, { exact: true }).click()
    expect(await shown('llm', 'Model').textContent()).toBe(LISTED)
    expect(await field('llm', 'Model').locator('.choice-field__hint').count()).toBe(0)
  })

  it('should take a voice of the account by keyboard, another over it, and an id that no list names', async () => {
    await chooseProvider('tts', 'ElevenLabs')
    await input('tts', 'Voice').focus()
    await page.keyboard.press('ArrowDown')
    await page.locator('.rs__option', { hasText: 'George' }).waitFor()
    expect(await page.locator('.rs__option').count()).toBe(3)
    await page.keyboard.press('Escape')
    await type('tts', 'Voice', 'alic')
    expect(await shown('tts', 'Voice').textContent()).toBe('Alice')
    await type('tts', 'Voice', 'geor')
    expect(await shown('tts', 'Voice').textContent()).toBe('George')
    await type('tts', 'Voice', TYPED)
    expect(await shown('tts', 'Voice').textContent()).toBe(TYPED)
  })

  it('should keep what was chosen when the agent is saved, and when it is opened again', async () => {
    await page.locator('input[name=name]').fill('Front desk')
    await saveDraft()
    await page.waitForURL(/\/collections\/agents\/(?!create$)[^/]+$/)
    agentPath = new URL(page.url()).pathname
    const chosen = {
      llm: expect.objectContaining({ provider: 'openai', model: LISTED }),
      tts: expect.objectContaining({ provider: 'elevenlabs', voice: TYPED }),
    }
    expect(await saved()).toEqual(chosen)

    // From the list, as people go about: the page is not loaded anew.
    await page.goto('/admin/collections/agents')
    await page.getByRole('link', { name: 'Front desk' }).click()
    await page.waitForURL(`**${agentPath}`)
    await openTab()
    await shown('llm', 'Model').getByText(LISTED, { exact: true }).waitFor()
    await shown('tts', 'Voice').getByText(TYPED, { exact: true }).waitFor()
    await page.locator('input[name=name]').fill('Front desk two')
    await saveDraft()
    expect(await saved()).toEqual(chosen)
  })

  it('should let the chosen voice be heard, and stopped', async () => {
    await type('tts', 'Voice', 'geor')
    const [answer] = await Promise.all([
      page.waitForResponse((response) => response.url().endsWith('/api/providers/elevenlabs/voices/preview')),
      sample().click(),
    ])
    expect([answer.status(), answer.headers()['content-type']]).toEqual([200, 'audio/wav'])
    expect(answer.request().postDataJSON()).toEqual({ voice: GEORGE })
    await group('tts').getByRole('button', { name: 'Stop' }).click()
    await sample().waitFor()
  })

  it('should say whose failure it is when there is nothing to hear', async () => {
    stage.simulators.elevenlabs.setFault('rate-limited')
    await sample().click()
    await page.locator('[data-sonner-toast][data-type=error]', { hasText: 'ElevenLabs' }).waitFor()
    stage.simulators.elevenlabs.setFault(undefined)
    await sample().waitFor()
  })

  it('should look right in light, in dark and on a phone', async () => {
    await saveDraft()
    for (const options of [
      { height: 1_300 },
      { height: 1_300, theme: 'dark' as const },
      { width: 390, height: 1_300 },
    ]) {
      const picture = await takePicture({ page, ...options })
      expect(picture.length).toBeLessThan(MAX_PICTURE_BYTES)
      await shown('tts', 'Voice').getByText('George', { exact: true }).waitFor()
      expect(await page.locator('html').getAttribute('data-theme')).toBe(options.theme ?? 'light')
      expect(await fitsWidth(page)).toBe(true)
      // Long names are cut, and push nothing out of its field.
      const widths = await page
        .locator('.choice-field')
        .evaluateAll((fields) => fields.map((one) => one.scrollWidth - one.clientWidth))
      expect(Math.max(...widths)).toBeLessThanOrEqual(0)
    }
    await page.setViewportSize({ width: 1_280, height: 900 })
    await page.emulateMedia({ colorScheme: 'light' })
  })

  it('should let go of a model and a voice when another provider is chosen, and of nothing else', async () => {
    await open(agentPath)
    await type('tts', 'Model', 'typed-model')
    await chooseProvider('tts', 'Deepgram')
    await field('tts', 'Voice').getByText('Add a key to see what yours may use.').waitFor()
    expect([await shown('tts', 'Voice').count(), await shown('tts', 'Model').count()]).toEqual([0, 0])
    expect(await shown('llm', 'Model').textContent()).toBe(LISTED)
    await saveDraft()
    const { llm, tts } = await saved()
    expect([llm.model, tts.provider, tts.voice || null, tts.model || null]).toEqual([LISTED, 'deepgram', null, null])
  })
})
