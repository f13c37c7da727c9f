import { expect } from '@jest/globals'
import { isProviderError } from '../../provider-kit/index.ts'
import type { ProviderErrorKind, ProviderManifest } from '../../provider-kit/index.ts'
import type { Fault } from './stand.ts'

/** That a failure is the plugin's own word, a sentence without the provider's text, and of one of these kinds. */
export function expectNamed(error: unknown, kinds: readonly ProviderErrorKind[], plugin: ProviderManifest): void {
  if (!isProviderError(error)) throw new Error('This is no ProviderError', { cause: error })
  expect(kinds).toContain(error.kind)
  expect(error.provider).toBe(plugin.id)
  expect(error.message).toMatch(/^\S[^\n]{8,400}$/)
}

/** That a failure is what the stand says it has to become. */
export function expectFault(error: unknown, fault: Fault, plugin: ProviderManifest): void {
  expectNamed(error, [fault.kind], plugin)
  const { providerCode, status } = fault
  expect(error).toMatchObject({
    ...(providerCode === undefined ? {} : { providerCode }),
    ...(status === undefined ? {} : { status }),
  })
}
