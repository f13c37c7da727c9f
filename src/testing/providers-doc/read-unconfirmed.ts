import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const HEADING = /^## Unconfirmed.*$/m

/** What a plugin's README lists under “Unconfirmed”, each point on one line; undefined where it has no such section. */
export function readUnconfirmed(folder: string): string[] | undefined {
  const file = join(folder, 'README.md')
  const text = existsSync(file) ? readFileSync(file, 'utf8') : ''
  const heading = HEADING.exec(text)
  if (!heading) return undefined
  const [section = ''] = text.slice(heading.index + heading[0].length).split(/^## /m)
  return section
    .split(/^- /m)
    .slice(1)
    .map((point) => point.replace(/\s+/g, ' ').trim())
}
