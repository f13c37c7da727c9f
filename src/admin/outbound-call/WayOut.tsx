'use client'
import { Link, useFormModified } from '@payloadcms/ui'
import type { ReactNode } from 'react'

type WayOutProps = {
  href: string
  /** Told before the page is left. */
  onLeave(): void
  children: ReactNode
}

/** A link out of the dialog; beside the page where that holds changes that are not saved. */
export const WayOut = ({ href, onLeave, children }: WayOutProps) =>
  useFormModified() ? (
    <a href={href} rel="noopener noreferrer" target="_blank">
      {children}
    </a>
  ) : (
    <Link href={href} onClick={onLeave} prefetch={false}>
      {children}
    </Link>
  )
