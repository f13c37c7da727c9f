import type { Page } from 'playwright-core'
import type { BrowserStage } from './create-stage.ts'
import { fetchInPage } from './fetch-in-page.ts'
import type { Visit } from './open-browser.ts'

const PASSWORD = 'correct horse battery'
const DEADLINE_MS = 20_000

/** The platform admin of a stage: given to the server by its environment. */
export const ADMIN = { ADMIN_EMAIL: 'root@example.com', ADMIN_PASSWORD: PASSWORD }

type Person = Visit & { tenant: string; email: string }

/** Signs somebody up who owns a workspace of their own, and opens a page for them. */
export async function signUpInBrowser(stage: BrowserStage, name: string): Promise<Person> {
  const email = `${name.toLowerCase().replaceAll(' ', '.')}@example.com`
  const visit = await stage.browser.visit()
  const answer = await visit.page.request.post('/api/auth/signup', { data: { email, password: PASSWORD, name } })
  if (answer.status() !== 201) throw new Error(`signing up answered ${answer.status()}`)
  const { tenant } = (await answer.json()) as { tenant: { id: string | number } }
  await signIn(visit.page, email)
  return { ...visit, tenant: String(tenant.id), email }
}

/** Opens a page for the platform admin of a stage that was created with `ADMIN`. */
export async function signInAsAdmin(stage: BrowserStage): Promise<Visit> {
  const visit = await stage.browser.visit()
  await signIn(visit.page, ADMIN.ADMIN_EMAIL)
  return visit
}

type MemberOptions = { stage: BrowserStage; root: Visit; tenant: string; role: 'owner' | 'editor' | 'viewer' }

/** Makes a person with a role in a workspace, as the platform admin does, and opens a page for them. */
export async function addMemberInBrowser({ stage, root, tenant, role }: MemberOptions): Promise<Visit> {
  const email = `${role}-${tenant}@example.com`
  const memberships = [{ tenant: /^\d+$/.test(tenant) ? Number(tenant) : tenant, role }]
  const body = { email, password: PASSWORD, name: role, memberships }
  await root.page.goto('/admin')
  const { status, text } = await fetchInPage({ page: root.page, path: '/api/users', method: 'POST', body })
  if (status !== 201) throw new Error(`adding a member answered ${status}: ${text}`)
  const visit = await stage.browser.visit()
  await signIn(visit.page, email)
  return visit
}

async function signIn(page: Page, email: string): Promise<void> {
  page.setDefaultTimeout(DEADLINE_MS)
  const answer = await page.request.post('/api/users/login', { data: { email, password: PASSWORD } })
  if (answer.status() !== 200) throw new Error(`signing in answered ${answer.status()}`)
}
