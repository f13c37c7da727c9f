import { DefaultTemplate } from '@payloadcms/next/templates'
import { Gutter, HydrateAuthProvider, SetStepNav, StaggeredShimmers } from '@payloadcms/ui'
import { Suspense } from 'react'
import type { AdminViewServerProps } from 'payload'
import type { ReactNode } from 'react'
import './settings.css'

type SettingsPageProps = {
  view: AdminViewServerProps
  /** The way to the page; its last entry is the page itself. */
  steps: { label: string; url?: string }[]
  heading?: string
  /** What takes a while; the frame of the page is there before it. */
  children: ReactNode
}

/** A page of the settings: Payload's frame, a heading, and shimmers until the rest has come. */
export const SettingsPage = ({ view, steps, heading, children }: SettingsPageProps) => {
  const { initPageResult, params, searchParams, user } = view
  const { req, permissions, locale, visibleEntities } = initPageResult
  return (
    <DefaultTemplate
      i18n={req.i18n}
      locale={locale}
      params={params}
      payload={req.payload}
      permissions={permissions}
      req={req}
      searchParams={searchParams}
      user={user}
      visibleEntities={{ collections: visibleEntities.collections, globals: visibleEntities.globals }}
    >
      <HydrateAuthProvider permissions={permissions} />
      <SetStepNav nav={steps} />
      <Gutter className="settings-page">
        {heading && <h1 className="settings-page__heading">{heading}</h1>}
        <Suspense fallback={<Loading />}>{children}</Suspense>
      </Gutter>
    </DefaultTemplate>
  )
}

const Loading = () => (
  <div aria-label="Loading" className="settings-page__loading" role="status">
    <StaggeredShimmers count={3} height="8rem" />
  </div>
)
