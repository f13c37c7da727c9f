import type { EndedReason } from '../calls/index.ts'

const KEY_PROBLEM = Symbol.for('patchbay.key-problem')

/** A key that a call needs and cannot have; the message is the close reason that the carrier's socket gets. */
export class KeyProblem extends Error {
  readonly [KEY_PROBLEM] = true
  override name = 'KeyProblem'
  readonly provider: string
  readonly endedReason: EndedReason

  /**
   * @param options.providerName as the provider writes it, because people read the reason
   * @param options.isOff the provider is not offered here, whatever key there is
   */
  constructor({
    provider,
    providerName,
    isRejected,
    isOff = false,
  }: {
    provider: string
    providerName: string
    isRejected: boolean
    isOff?: boolean
  }) {
    super(
      isOff
        ? `${providerName} is not offered`
        : `${providerName} API key ${isRejected ? 'rejected' : 'not configured'}`,
    )
    this.provider = provider
    this.endedReason = isRejected ? 'key-rejected' : 'key-missing'
  }
}

export const isKeyProblem = (error: unknown): error is KeyProblem =>
  typeof error === 'object' && error !== null && (error as Record<symbol, unknown>)[KEY_PROBLEM] === true
