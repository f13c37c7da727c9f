import type { ProviderError, ProviderErrorKind } from '../provider-kit/index.ts'
import { isProviderError } from '../provider-kit/index.ts'
import type { CallError } from './types.ts'

/** A failure as the call record keeps it. What is not a provider's own error is named without its text. */
export function toCallError(error: unknown, provider: string): CallError {
  if (isProviderError(error)) return { provider: error.provider, kind: error.kind, message: error.message }
  return { provider, kind: 'failed', message: `${provider} failed in a way it does not describe` }
}

/** A failure that the engine noticed itself. */
export const toStall = (provider: string, kind: ProviderErrorKind, message: string): CallError => ({
  provider,
  kind,
  message,
})

/** Keeps only what may be kept of a provider's error. */
export const fromProvider = ({ provider, kind, message }: ProviderError): CallError => ({ provider, kind, message })
