import { loadEnvironment } from './load-environment.ts'
import type { Environment } from './load-environment.ts'

const CURRENT = Symbol.for('patchbay.environment')

/**
 * The environment of this process, read on the first call and the same ever after: the composition root is evaluated
 * in two module graphs, and Next loads `.env` files of its own in between.
 * @throws EnvironmentError as `loadEnvironment` does
 */
export function currentEnvironment(): Environment {
  const holder = globalThis as { [CURRENT]?: Environment }
  holder[CURRENT] ??= Object.freeze(loadEnvironment())
  return holder[CURRENT]
}
