import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Page } from 'playwright-core'
import { createBrowserStage } from '../../../testing/browser/create-stage.ts'
import type { BrowserStage } from '../../../testing/browser/create-stage.ts'
import { damageKey } from '../../../testing/browser/damage-key.ts'
import { everythingKept, holdsKey } from '../../../testing/browser/everything-kept.ts'
import { fetchInPage } from '../../../testing/browser/fetch-in-page.ts'
import type { Visit } from '../../../testing/browser/open-browser.ts'
import { seedKeyPast } from '../../../testing/browser/seed-key-past.ts'
import { ADMIN, addMemberInBrowser, signInAsAdmin, signUpInBrowser } from '../../../testing/browser/sign-in.ts'
import { MAX_PICTURE_BYTES, fitsWidth, takePicture } from '../../../testing/browser/take-picture.ts'

const URL_OF_KEYS = '/admin/settings/api-keys'
const OWNER = 'ada.lovelace@example.com'
const NUMBER = '+14155550123'

/** The life of a workspace's keys on their own pages; each step builds on the ones before. */
describe("a key's page", () => {
  const directory = mkdtempSync(path.join(tmpdir(), 'patchbay-key-page-'))
  const databaseUri = `file:${path.join(directory, 'patchbay.db')}`
  let stage: BrowserStage
  let page: Page
  let problems: string[]
  let tenant: string
  let root: Visit

  beforeAll(async () => {
    stage = await createBrowserStage({ ...ADMIN, DATABASE_URI: databaseUri })
    const visit = await signUpInBrowser(stage, 'Ada Lovelace')
    page = visit.page
    problems = visit.problems
    tenant = visit.tenant
    root = await signInAsAdmin(stage)
    await page.goto('/admin')
    const { keys, telnyx } = stage.simulators
    const { publicKey, connectionId } = telnyx.account(keys.telnyx)
    for (const provider of ['deepgram', 'openai', 'elevenlabs'] as const) {
      await send('/api/user-api-keys/store', { provider, apiKey: keys[provider] })
    }
    const credentials = { apiKey: keys.telnyx, publicKey, connectionId }
    await send('/api/user-api-keys/store', { provider: 'telnyx', credentials })
    const agent = await send('/api/agents', {
      name: 'Front desk',
      kind: 'voice',
      promptMarkdown: 'You answer the phone.',
      stt: { provider: 'deepgram' },
      llm: { provider: 'openai' },
      tts: { provider: 'elevenlabs' },
      _status: 'published',
    })
    await send('/api/phone-numbers', { number: NUMBER, provider: 'telnyx', agent: (agent.doc as { id: unknown }).id })
  })
  afterAll(async () => {
    await stage?.close()
    rmSync(directory, { recursive: true, force: true })
  })
  afterEach(() => expect(problems?.splice(0) ?? []).toEqual([]))

  async function send(to: string, body: unknown): Promise<Record<string, unknown>> {
    const { status, text } = await fetchInPage({ page, path: to, method: 'POST', body })
    expect([to, status]).toEqual([to, 201])
    return JSON.parse(text) as Record<string, unknown>
  }

  const open = async (to: string) => {
    await page.goto(to)
    await page.waitForLoadState('networkidle')
  }
  const header = () => page.locator('.key-header')
  const press = (name: string) => header().getByRole('button', { name, exact: true }).click()
  const dialog = () => page.getByRole('dialog')
  const announced = (text: string) => page.locator('[data-announcer]', { hasText: text }).waitFor()
  const events = () =>
    page.locator('.key-event').evaluateAll((rows) => rows.map((row) => row.getAttribute('data-action')))

  it('should be reached from the card, and say how the key is', async () => {
    await open(URL_OF_KEYS)
    await page.getByText('You are ready to take calls.').waitFor()
    expect(await page.locator('[data-provider=deepgram] .provider-card__need').textContent()).toContain('by Front desk')
    await page.locator('[data-provider=deepgram]').getByRole('link', { name: 'Details' }).click()
    await page.getByRole('heading', { name: 'Deepgram', level: 1 }).waitFor()
    expect(await header().locator('.key-status').textContent()).toBe('Active')
    await page.getByText('Not used yet.').waitFor()
    await page.getByText(/^cred_/).waitFor()
  })

  it('should replace a key, and go back to the former one while it is kept', async () => {
    await press('Replace')
    await header().getByLabel('API key').fill(stage.simulators.others.spare)
    await header().getByRole('button', { name: 'Replace key' }).click()
    await announced('The Deepgram key is saved: active.')
    await header().getByText('Version 2 replaced version 1').waitFor()
    await page.getByText('Back office', { exact: true }).waitFor()
    expect(await header().locator('input').count()).toBe(0)

    await press('Roll back')
    await dialog().getByText(`${OWNER} replaced version 1`).waitFor()
    await dialog().getByRole('button', { name: 'Roll back' }).click()
    await header().getByText('Version 3 replaced version 2').waitFor()
    await page.getByText('Front desk', { exact: true }).waitFor()
  })

  it('should note when a key ends, and forget it again', async () => {
    const inFiveDays = new Date(Date.now() + 5 * 86_400_000)
    await press('Set expiry')
    await dialog().getByLabel('Last day').fill(inFiveDays.toISOString().slice(0, 10))
    await dialog().getByRole('button', { name: 'Save' }).click()
    await header().getByText('Expires on').waitFor()
    await press('Change expiry')
    await dialog().getByLabel('Last day').fill('')
    await dialog().getByRole('button', { name: 'Save' }).click()
    await header().getByRole('button', { name: 'Set expiry' }).waitFor()
    expect(await header().getByText('Expires on').count()).toBe(0)
  })

  it('should tell who did what with it', async () => {
    await open(`${URL_OF_KEYS}/deepgram`)
    expect(await events()).toEqual(['key.changed', 'key.changed', 'key.rolled-back', 'key.replaced', 'key.stored'])
    await page.getByText('Went back to the former key').waitFor()
    expect(await page.locator('.key-event').first().textContent()).toContain(OWNER)
  })

  it('should raise an alert when a test shows that the account is empty, on every page until it is acknowledged', async () => {
    await seedKeyPast({ databaseUri, provider: 'deepgram', quantity: { kind: 'stt', unit: 'seconds' } })
    stage.simulators.deepgram.setFault({ kind: 'refuse', status: 402 })
    await press('Test now')
    await announced('Deepgram was asked: out of credit.')
    await page.locator('.alert-banner--critical').waitFor()

    await open(URL_OF_KEYS)
    const banner = page.locator('.alert-banner')
    await banner.getByText('Deepgram').first().waitFor()
    expect(await page.locator('[data-provider=deepgram] .key-status').textContent()).toBe('Out of credit')
    await page.getByRole('button', { name: /Needs attention/ }).click()
    expect(await page.locator('.provider-card').count()).toBe(2)
    await open('/admin')
    await banner.waitFor()
  })

  it('should look right with its history and its alert, in light, dark and on a phone', async () => {
    await open(`${URL_OF_KEYS}/deepgram`)
    const pictures = [
      await takePicture({ page, name: 'key-page', height: 1800 }),
      await takePicture({ page, name: 'key-page-dark', theme: 'dark', height: 1800 }),
      await takePicture({ page, name: 'key-page-phone', width: 390, height: 844 }),
    ]
    expect(await fitsWidth(page)).toBe(true)
    for (const picture of pictures) expect(picture.length).toBeLessThan(MAX_PICTURE_BYTES)
    await page.setViewportSize({ width: 1280, height: 900 })
    await page.getByText('Show the days as a table').click()
    expect(await page.locator('.key-table tbody tr').count()).toBeGreaterThan(20)
    expect(await page.locator('.key-table').textContent()).toContain('no answer in time')
  })

  it('should let an owner acknowledge the alert, and remember who did', async () => {
    await open('/admin')
    await page.locator('.alert-banner').getByRole('button', { name: 'Acknowledge' }).click()
    await page.locator('.alert-banner').waitFor({ state: 'detached' })
    await open(`${URL_OF_KEYS}/deepgram`)
    await page.getByText(`acknowledged by ${OWNER}`).waitFor()
    expect(await page.locator('.alert-banner').count()).toBe(0)
    stage.simulators.deepgram.setFault(undefined)
    await press('Test now')
    await announced('Deepgram was asked: active.')
    await page.getByText('settled', { exact: true }).waitFor()
  })

  it('should show editors and platform admins states without controls, and viewers nothing', async () => {
    const editor = await addMemberInBrowser({ stage, root, tenant, role: 'editor' })
    const viewer = await addMemberInBrowser({ stage, root, tenant, role: 'viewer' })
    await root.page.context().addCookies([{ name: 'payload-tenant', value: tenant, url: stage.url }])
    for (const visit of [editor, root]) {
      await visit.page.goto(`${URL_OF_KEYS}/deepgram`)
      await visit.page.getByRole('heading', { name: 'Health' }).waitFor()
      expect(await visit.page.locator('.key-header button').count()).toBe(0)
      expect(await visit.page.getByRole('heading', { name: 'History' }).count()).toBe(0)
      expect(visit.problems).toEqual([])
    }
    await viewer.page.goto(`${URL_OF_KEYS}/deepgram`)
    await viewer.page.getByText('Viewers do not see keys.').waitFor()
    expect(await viewer.page.locator('.key-header').count()).toBe(0)
  })

  it('should show what stops before it deletes a key, and ask for the name', async () => {
    await open(`${URL_OF_KEYS}/openai`)
    await press('Delete')
    for (const text of ['Front desk', NUMBER, 'AI calling']) await dialog().getByText(text).waitFor()
    await open(`${URL_OF_KEYS}/deepgram`)
    await press('Delete')
    for (const text of ['Front desk', NUMBER]) await dialog().getByText(text).waitFor()
    // ElevenLabs and OpenAI transcribe too: other agents could go on.
    expect(await dialog().getByText('AI calling').count()).toBe(0)
    const confirm = dialog().getByRole('button', { name: 'Delete key' })
    expect(await confirm.isDisabled()).toBe(true)
    await dialog().getByLabel('Type Deepgram to confirm').fill('Deep')
    expect(await confirm.isDisabled()).toBe(true)
    await page.keyboard.press('Escape')
    await dialog().waitFor({ state: 'hidden' })
    expect(
      await header()
        .getByRole('button', { name: 'Delete' })
        .evaluate((it) => it === document.activeElement),
    ).toBe(true)

    await press('Delete')
    await dialog().getByLabel('Type Deepgram to confirm').fill('deepgram')
    await confirm.click()
    await page.waitForURL(`**${URL_OF_KEYS}#deepgram`)
    await page.locator('#deepgram .key-status--none').waitFor()
    await page.getByText('Front desk can take a call when it has a key of Deepgram.').waitFor()
  })

  it('should say that somebody else saved a key meanwhile, and show it', async () => {
    const card = page.locator('#deepgram')
    await card.getByRole('button', { name: 'Add key' }).click()
    await send('/api/user-api-keys/store', { provider: 'deepgram', apiKey: stage.simulators.keys.deepgram })
    await card.getByLabel('API key').fill(stage.simulators.others.spare)
    await card.getByRole('button', { name: 'Save key' }).click()
    await card.getByText('Somebody saved a Deepgram key meanwhile.').waitFor()
    await card.getByRole('button', { name: 'Show it' }).click()
    await card.locator('.key-status--valid').waitFor()
    expect(await card.locator('input').count()).toBe(0)
  })

  it('should ask for a key that can no longer be opened, and leave the others alone', async () => {
    await damageKey({ databaseUri, provider: 'elevenlabs' })
    const card = page.locator('#elevenlabs')
    await card.getByRole('button', { name: 'Test', exact: true }).click()
    await announced('The stored key can no longer be opened.')
    await card.locator('.key-status--undecryptable').waitFor()
    expect(await card.locator('.key-status').textContent()).toBe('Cannot be read')
    expect(await page.locator('#openai .key-status').textContent()).toBe('Active')
    await card.getByRole('button', { name: 'Enter again' }).click()
    await card.getByLabel('API key').fill(stage.simulators.keys.elevenlabs)
    await card.getByRole('button', { name: 'Replace key' }).click()
    await card.locator('.key-status--valid').waitFor()
  })

  it('should keep no trace of any key in the browser', async () => {
    const { keys, others } = stage.simulators
    const kept = [await everythingKept(page)]
    await open(`${URL_OF_KEYS}/openai`)
    kept.push(await everythingKept(page))
    for (const key of [...Object.values(keys), others.spare]) {
      expect(kept.map((text) => holdsKey(text, key))).toEqual([false, false])
    }
  })

  it('should say that there is no such provider', async () => {
    await open(`${URL_OF_KEYS}/nobody`)
    await page.getByText('No such provider is installed.').waitFor()
  })

  it('should say how long to wait after too many tests', async () => {
    const { page: other } = await signUpInBrowser(stage, 'Grace Hopper')
    await other.goto(URL_OF_KEYS)
    const body = { provider: 'openai', apiKey: 'sk-proj-not-a-key' }
    let last = 200
    for (let count = 0; last === 200 && count < 40; count += 1) {
      const answer = await fetchInPage({ page: other, path: '/api/user-api-keys/validate', method: 'POST', body })
      last = answer.status
    }
    expect(last).toBe(429)
    const card = other.locator('#openai')
    await card.getByRole('button', { name: 'Add key' }).click()
    await card.getByLabel('API key').fill('sk-proj-not-a-key')
    await card.getByRole('button', { name: 'Save key' }).click()
    await card.getByText(/You can go on in \d+ s\./).waitFor()
    expect(await card.getByRole('button', { name: 'Save key' }).isDisabled()).toBe(true)
  })
})
