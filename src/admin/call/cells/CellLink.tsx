import { Link } from '@payloadcms/ui'
import type { DefaultServerCellComponentProps } from 'payload'
import type { ReactNode } from 'react'
import { collectionUrl } from '../../paths.ts'
import './cells.css'

type CellLinkProps = Pick<DefaultServerCellComponentProps, 'link' | 'linkURL' | 'collectionSlug' | 'rowData'> & {
  children: ReactNode
}

/** Leads to the row's document where the cell stands in the first column of the list. */
export const CellLink = ({ link, linkURL, collectionSlug, rowData, children }: CellLinkProps) =>
  link ? (
    <Link href={linkURL ?? collectionUrl(collectionSlug, rowData.id)} prefetch={false}>
      {children}
    </Link>
  ) : (
    children
  )
