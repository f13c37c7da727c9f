import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { IncomingHttpHeaders, Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Page } from 'playwright-core'
import { createBrowserStage } from '../../testing/browser/create-stage.ts'
import type { BrowserStage } from '../../testing/browser/create-stage.ts'
import { everythingKept } from '../../testing/browser/everything-kept.ts'
import { fetchInPage } from '../../testing/browser/fetch-in-page.ts'
import { ADMIN, addMemberInBrowser, signInAsAdmin, signUpInBrowser } from '../../testing/browser/sign-in.ts'
import { MAX_PICTURE_BYTES, fitsWidth, takePicture } from '../../testing/browser/take-picture.ts'

type Received = { headers: IncomingHttpHeaders; body: string }

/** An owner sends a workspace's alerts to an address of their own; each step builds on the ones before. */
describe('the page of alerts', () => {
  let stage: BrowserStage
  let page: Page
  let problems: string[]
  let tenant: string
  let receiver: Server
  let url: string
  let secret: string
  const received: Received[] = []

  beforeAll(async () => {
    receiver = createServer(async (request, response) => {
      let body = ''
      for await (const chunk of request) body += String(chunk)
      received.push({ headers: request.headers, body })
      response.writeHead(204).end()
    }).listen(0, '127.0.0.1')
    await once(receiver, 'listening')
    const { port } = receiver.address() as AddressInfo
    url = `http://127.0.0.1:${port}/hooks`
    stage = await createBrowserStage({ ...ADMIN, ALLOW_PRIVATE_DESTINATIONS: `127.0.0.1:${port}` })
    const visit = await signUpInBrowser(stage, 'Ada Lovelace')
    page = visit.page
    problems = visit.problems
    tenant = visit.tenant
  })
  afterAll(async () => {
    await stage?.close()
    receiver?.close()
  })
  afterEach(() => expect(problems?.splice(0) ?? []).toEqual([]))

  const open = async () => {
    await page.goto('/admin/settings/alerts')
    await page.waitForLoadState('networkidle')
  }
  const save = () => page.getByRole('button', { name: 'Save', exact: true }).click()

  it('should be in the navigation, and say that nothing is wrong', async () => {
    await page.setViewportSize({ width: 1600, height: 900 })
    await page.goto('/admin')
    await page.locator('#nav-alerts').click()
    await page.getByText('No open alert: every key does what it should.').waitFor()
    expect(await page.getByLabel('E-mail the owners').isChecked()).toBe(true)
  })

  it('should refuse an address inside the network, and say so at the field', async () => {
    await open()
    await page.getByLabel('Webhook URL').fill('https://10.0.0.1/hooks')
    await save()
    await page.locator('.labelled-input__error').waitFor()
    expect(await page.getByLabel('Webhook URL').getAttribute('aria-invalid')).toBe('true')
  })

  it('should show the signing secret once, right after it was made', async () => {
    await page.getByLabel('Webhook URL').fill(url)
    await save()
    await page.getByText('Nothing is sent before there is a secret to sign it with.').waitFor()
    await page.getByRole('button', { name: 'Make the signing secret' }).click()
    secret = (await page.locator('.signing-secret code').textContent()) ?? ''
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
    await page.getByRole('button', { name: 'I have copied it' }).click()
    await page.getByText('Every webhook is signed').waitFor()
    expect((await everythingKept(page)).includes(secret)).toBe(false)
    await open()
    await page.getByText('Every webhook is signed').waitFor()
    expect((await everythingKept(page)).includes(secret)).toBe(false)
  })

  it('should send a test that the receiver can verify, and say that it arrived', async () => {
    await page.getByRole('button', { name: 'Send a test' }).click()
    await page.getByText('Webhook: taken, it answered 204.').waitFor()
    const [{ headers, body }] = received as [Received]
    const key = Buffer.from(secret.slice('whsec_'.length), 'base64')
    const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`
    const expected = `v1,${createHmac('sha256', key).update(signed).digest('base64')}`
    expect(String(headers['webhook-signature']).split(' ')).toContain(expected)
    await page.getByText('How to verify that a webhook comes from here').click()
    await page.getByText('Standard Webhooks').waitFor()
  })

  it('should show what changed, send it, and look right', async () => {
    const { keys, openai } = stage.simulators
    const stored = { provider: 'openai', apiKey: keys.openai }
    const { status } = await fetchInPage({ page, path: '/api/user-api-keys/store', method: 'POST', body: stored })
    expect(status).toBe(201)
    openai.setFault('unauthorized')
    const body = { provider: 'openai' }
    await fetchInPage({ page, path: '/api/user-api-keys/validate', method: 'POST', body })
    await open()
    await page.locator('.alert-banner--critical').getByRole('button', { name: 'Acknowledge' }).waitFor()
    const pictures = [
      await takePicture({ page, name: 'alerts' }),
      await takePicture({ page, theme: 'dark' }),
      await takePicture({ page, width: 390, height: 844 }),
    ]
    expect(await fitsWidth(page)).toBe(true)
    for (const picture of pictures) expect(picture.length).toBeLessThan(MAX_PICTURE_BYTES)
  })

  it('should show an editor the alerts alone, and a viewer none', async () => {
    const root = await signInAsAdmin(stage)
    const editor = await addMemberInBrowser({ stage, root, tenant, role: 'editor' })
    const viewer = await addMemberInBrowser({ stage, root, tenant, role: 'viewer' })
    await editor.page.goto('/admin/settings/alerts')
    await editor.page.locator('.alert-banner--critical').waitFor()
    expect(await editor.page.getByRole('button', { name: 'Acknowledge' }).count()).toBe(0)
    expect(await editor.page.getByLabel('Webhook URL').count()).toBe(0)
    await viewer.page.goto('/admin/settings/alerts')
    await viewer.page.getByText('Viewers do not see alerts about keys.').waitFor()
    expect(await viewer.page.locator('.alert-banner').count()).toBe(0)
  })
})
