import { redirect } from 'next/navigation.js'
import type { InitPageResult } from 'payload'
import { LOGIN_URL, UNAUTHORIZED_URL } from '../paths.ts'

/**
 * Lets a page of our own go on for people who may enter the panel. Payload serves such pages to everybody, so each must
 * ask. Signed-out people are sent to sign in and come back; people without a workspace to the page that says so.
 */
export function requirePerson({ initPageResult, url }: { initPageResult: InitPageResult; url: string }): void {
  if (!initPageResult.req.user) redirect(`${LOGIN_URL}?redirect=${encodeURIComponent(url)}`)
  if (!initPageResult.permissions.canAccessAdmin) redirect(UNAUTHORIZED_URL)
}
