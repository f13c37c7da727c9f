import type { ProviderError, ProviderErrorKind } from '../provider-kit/index.ts'
import { isProviderError } from '../provider-kit/index.ts'
import type { CallError, NamedProvider } from './types.ts'

/** A failure as the call record keeps it. What is not a provider's own error is named without its text. */
export function toCallError(error: unknown, { provider, name = provider }: NamedProvider): CallError {
  if (isProviderError(error)) return { provider: error.provider, kind: error.kind, message: error.message }
  return { provider, kind: 'failed', message: `${name} failed in a way it does not describe` }
}

/** A failure that the engine noticed itself. @param what goes on behind the provider's name, `did not answer` */
export const toStall = (
  { provider, name = provider }: NamedProvider,
  kind: ProviderErrorKind,
  what: string,
): CallError => ({ provider, kind, message: `${name} ${what}` })

/** Keeps only what may be kept of a provider's error. */
export const fromProvider = ({ provider, kind, message }: ProviderError): CallError => ({ provider, kind, message })
