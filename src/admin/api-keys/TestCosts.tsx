import type { ProviderInfo } from './types.ts'

/** What a test costs the owner of the key; nothing where it is free. */
export const TestCosts = ({ provider: { checkCosts } }: { provider: ProviderInfo }) =>
  checkCosts ? (
    <p className="key-test-costs">
      Testing costs about {checkCosts.amount}: {checkCosts.note}.
    </p>
  ) : null
