import { STATUS_WORDS } from './words.ts'
import type { KeyCheck, KeyDoc } from './types.ts'

type VerdictProps = {
  verdict: Pick<KeyCheck | KeyDoc, 'status' | 'message' | 'fixUrl'>
  providerName: string
  /** What the verdict is about, `The new key`; left out for the stored one. */
  about?: string
  /** How long the provider took to answer; told where somebody just asked. */
  latencyMs?: number
}

/** What the provider said of a key, and the way to mend what is wrong. */
export const Verdict = ({ verdict: { status, message, fixUrl }, providerName, about, latencyMs }: VerdictProps) => {
  const { label, pill, advice } = STATUS_WORDS[status]
  // A good key with something to mend beside it.
  const tone = status === 'valid' && fixUrl ? 'warning' : pill
  return (
    <div className={`key-verdict key-verdict--${tone}`}>
      {about && (
        <strong className="key-verdict__about">
          {about}: {label}.
        </strong>
      )}{' '}
      {status === 'undecryptable' ? advice : message || advice}{' '}
      {fixUrl && (
        <a href={fixUrl} rel="noreferrer" target="_blank">
          Open {providerName} <span aria-hidden="true">↗</span>
        </a>
      )}
      {latencyMs !== undefined && <span className="key-verdict__latency">Answered in {latencyMs} ms</span>}
    </div>
  )
}
