import { nameOf } from './words.ts'
import type { KeyDoc } from './types.ts'

type CapabilitiesProps = { doc: Pick<KeyDoc, 'status' | 'capabilities'> }

/** What a key may do and what not. */
export const Capabilities = ({ doc: { status, capabilities } }: CapabilitiesProps) => {
  const entries = Object.entries(capabilities)
  if (entries.length === 0) return null
  return (
    <ul aria-label="What the key can do" className="key-capabilities">
      {entries.map(([name, isAllowed]) => (
        <li className={isAllowed ? 'key-capability' : 'key-capability key-capability--missing'} key={name}>
          <span aria-hidden="true" className="key-capability__mark">
            {isAllowed ? '✓' : '✕'}
          </span>{' '}
          {nameOf(name)}
          {!isAllowed && (
            <span className="key-capability__note"> {status === 'limited' ? 'not allowed' : 'not now'}</span>
          )}
        </li>
      ))}
    </ul>
  )
}
