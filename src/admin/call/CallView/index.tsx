import { HydrateAuthProvider } from '@payloadcms/ui'
import { notFound } from 'next/navigation.js'
import type { DocumentViewServerProps } from 'payload'
import { loadCallContext } from '../load-call-context.ts'
import type { CallDocument } from '../types.ts'
import { CallPage } from '../CallPage/index.tsx'

/** The page of one call, in the place of Payload's form: a record is read, never edited. */
export const CallView = async ({ doc, initPageResult }: DocumentViewServerProps) => {
  // There is no form for a new call: people make calls, the server writes the records.
  if (!doc?.id) notFound()
  const call = doc as CallDocument
  const context = await loadCallContext({ req: initPageResult.req, call })
  return (
    <>
      <HydrateAuthProvider permissions={initPageResult.permissions} />
      <CallPage context={context} initialCall={call} />
    </>
  )
}
