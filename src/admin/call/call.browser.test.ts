import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Page } from 'playwright-core'
import { runScriptedCall } from '../../../simulators/scripted-call.ts'
import { createBrowserStage } from '../../testing/browser/create-stage.ts'
import type { BrowserStage } from '../../testing/browser/create-stage.ts'
import { fetchInPage } from '../../testing/browser/fetch-in-page.ts'
import type { Visit } from '../../testing/browser/open-browser.ts'
import { fitsWidth, MAX_PICTURE_BYTES, takePicture } from '../../testing/browser/take-picture.ts'

const NUMBER = '+14155550100'
const CALLER = '+13125550142'

describe('the pages of calls', () => {
  let stage: BrowserStage
  let visit: Visit
  let page: Page

  beforeAll(async () => {
    stage = await createBrowserStage()
    visit = await stage.browser.visit({ locale: 'en-US', timezoneId: 'Europe/Berlin' })
    page = visit.page
    page.setDefaultTimeout(20_000)
    await page.goto('/admin/login')
    await prepareWorkspace()
  })
  afterAll(() => stage?.close())

  /** Posts as the signed-in owner. */
  const post = async (path: string, body: unknown) => {
    const { status, text } = await fetchInPage({ page, path, method: 'POST', body })
    expect(`${path} ${status}`).toBe(`${path} 201`)
    return JSON.parse(text)
  }

  async function prepareWorkspace() {
    const { keys, telnyx } = stage.simulators
    const owner = { email: 'ada@example.com', password: 'correct horse battery', name: 'Ada' }
    const { tenant } = await post('/api/auth/signup', owner)
    await fetchInPage({ page, path: '/api/users/login', method: 'POST', body: owner })
    const carrier = telnyx.account(keys.telnyx)
    carrier.webhookUrl = `${stage.url}/webhooks/telnyx/${tenant.id}`
    for (const provider of ['deepgram', 'openai', 'elevenlabs'] as const) {
      await post('/api/user-api-keys/store', { provider, apiKey: keys[provider] })
    }
    const { publicKey, connectionId } = carrier
    const credentials = { apiKey: keys.telnyx, publicKey, connectionId }
    await post('/api/user-api-keys/store', { provider: 'telnyx', credentials })
    const { doc } = await post('/api/agents', {
      name: 'Front desk',
      kind: 'voice',
      promptMarkdown: 'You answer the phone of **{{tenant_name}}**.',
      greeting: 'Hello, you have reached the restaurant. How can I help you?',
      stt: { provider: 'deepgram' },
      llm: { provider: 'openai' },
      tts: { provider: 'elevenlabs' },
      recording: true,
      _status: 'published',
    })
    await post('/api/phone-numbers', { number: NUMBER, provider: 'telnyx', agent: doc.id })
  }

  const place = (to = NUMBER) => {
    const { keys, telnyx } = stage.simulators
    return { account: telnyx.account(keys.telnyx), from: CALLER, to }
  }
  const openNewest = async () => {
    await page.goto('/admin/collections/calls')
    await page.locator('.row-1 a').click()
    await page.locator('.call-page').waitFor()
  }
  const section = (name: string) => page.getByRole('region', { name })

  it('should say what to do where there are none yet', async () => {
    await page.goto('/admin/collections/calls')
    await page.getByText('No calls yet.').waitFor()
  })

  it('should show a call that took place: what was said and heard, how fast, and whose keys paid', async () => {
    await runScriptedCall({
      carrier: stage.simulators.telnyx,
      place: place(),
      lines: [{ say: 'opening-hours' }, { say: 'wait-actually', interrupting: true }, { say: 'book-table' }],
    })
    await openNewest()
    await page.getByText('The person on the phone hung up.').waitFor()
    expect(await page.locator('h1').textContent()).toMatch(/\+13125550142\s+→\s+\+14155550100/)
    expect(await page.locator('.call-status').textContent()).toBe('Completed')

    const said = section('Conversation').locator('.call-said')
    expect(await said.count()).toBe(7)
    expect(await said.nth(0).textContent()).toContain('Hello, you have reached the restaurant.')
    const cut = said.nth(2)
    expect(await cut.textContent()).toContain('interrupted')
    const unheard = (await cut.locator('del').textContent()) ?? ''
    expect(unheard.length).toBeGreaterThan(10)
    expect(await said.nth(1).locator('del').count()).toBe(0)
    const [caller, agent] = await Promise.all([said.nth(1).boundingBox(), said.nth(2).boundingBox()])
    expect(caller?.x).toBeLessThan(agent?.x ?? 0)

    expect(await section('Response times').locator('.turn-latency').count()).toBe(3)
    expect(await section('Response times').locator('.turn-latency').first().textContent()).toMatch(
      /Transcript .+ First word .+ First audio .+ Sent .+ own share/s,
    )
    const receipt = await section('Usage and keys').textContent()
    for (const name of ['Telnyx', 'Deepgram', 'OpenAI', 'ElevenLabs']) {
      expect(receipt).toContain(`Paid with the workspace’s ${name} key, version 1`)
    }
    for (const key of Object.values(stage.simulators.keys)) expect(await page.content()).not.toContain(key)
  })

  it('should play the recording from where a sentence begins', async () => {
    const audio = page.locator('audio')
    await audio.evaluate((player) => {
      ;(player as HTMLAudioElement).muted = true
    })
    await section('Conversation').getByRole('button', { name: 'Play from' }).nth(3).click()
    await page.waitForFunction(() => (document.querySelector('audio')?.currentTime ?? 0) > 4)
    expect(await audio.evaluate((player) => (player as HTMLAudioElement).duration)).toBeGreaterThan(10)
    await audio.evaluate((player) => (player as HTMLAudioElement).pause())
  })

  it('should offer nothing that a record cannot have done to it', async () => {
    for (const label of ['Save', 'Delete', 'Duplicate', 'Create New', 'Hang up']) {
      expect(await page.getByRole('button', { name: label }).count()).toBe(0)
    }
    expect(await page.locator('form, textarea, .code-editor, .json-field').count()).toBe(0)
    const { status } = await fetchInPage({ page, path: '/admin/collections/calls/create' })
    expect(status).toBe(404)
  })

  it('should look the part in light, in the dark and on a phone', async () => {
    for (const options of [{ name: 'call', height: 1_150 }, { theme: 'dark' as const }, { width: 390, height: 844 }]) {
      const picture = await takePicture({ page, ...options })
      expect(picture.byteLength).toBeLessThan(MAX_PICTURE_BYTES)
      expect(await fitsWidth(page)).toBe(true)
    }
    await page.emulateMedia({ colorScheme: 'light' })
    await page.setViewportSize({ width: 1_280, height: 900 })
  })

  it('should follow a live call, and hang it up', async () => {
    const call = stage.simulators.telnyx.placeCall(place())
    await call.answered
    await call.streaming
    const greeting = await call.agentSpeaks({ after: 0 })
    await openNewest()
    await page.locator('.call-status--in-progress').waitFor()
    await call.agentSilent({ forMs: 900, after: greeting.atMs })
    await call.say('opening-hours')
    await section('Conversation').getByText('What are your opening hours today?').waitFor()

    await page.getByRole('button', { name: 'Hang up' }).click()
    await call.ended
    await page.getByText('A member of the workspace ended the call.').waitFor()
    await page.locator('audio').waitFor()
    expect(await page.getByRole('button', { name: 'Hang up' }).count()).toBe(0)
  })

  it('should say why a call was refused, and lead to where that is put right', async () => {
    await stage.simulators.telnyx.placeCall(place('+14155559999')).rejected
    await openNewest()
    const problem = section('What went wrong')
    await problem.getByText('is not among this workspace’s phone numbers').waitFor()
    await section('Conversation').getByText('There was no conversation').waitFor()
    expect(await page.locator('audio').count()).toBe(0)
    await problem.getByRole('link', { name: 'Open phone numbers' }).click()
    await page.waitForURL('**/admin/collections/phone-numbers')
  })

  it('should list calls in words', async () => {
    await page.goto('/admin/collections/calls')
    const rows = await page.locator('tbody tr').allInnerTexts()
    expect(rows.map((row) => row.replace(/\s+/g, ' '))).toEqual([
      expect.stringContaining('Failed – Unknown number'),
      expect.stringMatching(/Completed \d:\d\d Hung up by a member .+ Front desk Inbound/),
      expect.stringMatching(/Completed \d:\d\d Caller hung up .+ Front desk Inbound/),
    ])
    expect(visit.problems).toEqual([])
  })
})
