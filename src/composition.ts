import type { Payload } from 'payload'
import type { AllowedEndpoints } from './allowed-endpoints/index.ts'
import { createAuditTrail } from './audit/create-audit-trail.ts'
import type { AuditTrail } from './audit/create-audit-trail.ts'
import { createEnvironmentKeys } from './dev-keys/create-environment-keys.ts'
import type { EnvironmentKeys } from './dev-keys/create-environment-keys.ts'
import { refuseMalformedBaseUrls } from './env/index.ts'
import type { Environment } from './env/index.ts'
import { createHealthRounds } from './jobs/create-health-rounds.ts'
import type { HealthRounds } from './jobs/create-health-rounds.ts'
import { createOutcomeQueue } from './key-health/create-outcome-queue.ts'
import type { OutcomeQueue } from './key-health/create-outcome-queue.ts'
import type { SecretsInUse } from './log/secrets-in-use.ts'
import type { Registry } from './registry/index.ts'
import { createVault } from './vault/create-vault.ts'
import type { Vault } from './vault/create-vault.ts'
import type { KeyRing } from './vault/key-ring.ts'

/** The static things that the whole product shares: built once by `payload.config.ts`, never changed afterwards. */
export type Composition = {
  environment: Environment
  registry: Registry
  /** The addresses that tenants may choose for providers without one of their own. */
  allowedEndpoints: AllowedEndpoints
  vault: Vault
  /** Events of the audit log on their way, and where each tenant's log ends. */
  audit: AuditTrail
  /** How keys were used, until it is written down. */
  outcomes: OutcomeQueue
  /** The turns of this process at testing idle keys. */
  healthRounds: HealthRounds
  /** What the log must not show. */
  secretsInUse: SecretsInUse
  /** What fills in for keys with `KEY_SOURCE=dev-env`; absent in every other mode. */
  environmentKeys?: EnvironmentKeys
}

type CustomConfigOptions = Omit<Composition, 'vault' | 'audit' | 'outcomes' | 'healthRounds' | 'environmentKeys'> & {
  keyRing: KeyRing
}

const KEY = 'patchbay'

/**
 * Where `payload.config.ts` keeps the composition: `custom` never reaches the browser.
 * @throws EnvironmentError when the base URL of an installed provider is none
 */
export function customConfig({ keyRing, ...rest }: CustomConfigOptions): Record<string, unknown> {
  const { environment, registry } = rest
  const ids = registry.list().map(({ id }) => id)
  // Only here are both known: what the variables say, and whose they are.
  refuseMalformedBaseUrls(environment.malformedBaseUrls ?? {}, ids)
  const composition: Composition = {
    ...rest,
    vault: createVault({ keyRing }),
    audit: createAuditTrail(),
    outcomes: createOutcomeQueue(),
    healthRounds: createHealthRounds(),
    environmentKeys: environmentKeysOf(rest),
  }
  return { [KEY]: composition }
}

function environmentKeysOf({ environment, registry }: Pick<Composition, 'environment' | 'registry'>) {
  const { keySource, devVariables } = environment
  return keySource === 'dev-env' && devVariables ? createEnvironmentKeys({ registry, devVariables }) : undefined
}

/** The composition behind a Payload instance, the same in the server's and in Next's module graph. */
export const compositionOf = (payload: Payload): Composition => payload.config.custom[KEY] as Composition
