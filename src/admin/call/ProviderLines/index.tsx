'use client'
import { toCount } from '../format.ts'
import type { ProviderLine } from '../provider-lines.ts'
import { CAPABILITY_WORDS } from '../words.ts'
import './index.css'

type ProviderLinesProps = { lines: readonly ProviderLine[]; providerNames: Record<string, string> }

/** What each provider did in a call, and which of the workspace's keys paid for it. */
export const ProviderLines = ({ lines, providerNames }: ProviderLinesProps) => (
  <ul className="provider-lines">
    {lines.map((line) => (
      <Line key={line.capability} line={line} name={providerNames[line.provider] ?? line.provider} />
    ))}
  </ul>
)

const Line = ({ line, name }: { line: ProviderLine; name: string }) => {
  const { capability, amounts, credential, requestIds } = line
  return (
    <li className="provider-line">
      <p className="provider-line__name">
        <strong>{name}</strong> <span className="provider-line__capability">{CAPABILITY_WORDS[capability]}</span>
      </p>
      <p>{amounts.length > 0 ? amounts.join(' · ') : 'Nothing was used.'}</p>
      {credential && (
        <p className="provider-line__key">
          Paid with the workspace’s {name} key, version {credential.version} <code>{credential.id}</code>
        </p>
      )}
      {requestIds.length > 0 && (
        <details className="provider-line__requests">
          <summary>{toCount(requestIds.length, 'request id')}</summary>
          <ul>
            {requestIds.map((id) => (
              <li key={id}>
                <code>{id}</code>
              </li>
            ))}
          </ul>
        </details>
      )}
    </li>
  )
}
