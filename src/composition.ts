import type { Payload } from 'payload'
import type { Environment } from './env/index.ts'
import type { Registry } from './registry/index.ts'
import type { KeyRing } from './vault/key-ring.ts'

/** The static things that the whole product shares: built once by `payload.config.ts`, never changed afterwards. */
export type Composition = {
  environment: Environment
  registry: Registry
  keyRing: KeyRing
}

const KEY = 'patchbay'

/** Where `payload.config.ts` keeps the composition: `custom` never reaches the browser. */
export const customConfig = (composition: Composition): Record<string, unknown> => ({ [KEY]: composition })

/** The composition behind a Payload instance, the same in the server's and in Next's module graph. */
export const compositionOf = (payload: Payload): Composition => payload.config.custom[KEY] as Composition
