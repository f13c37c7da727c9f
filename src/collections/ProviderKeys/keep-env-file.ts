import type { Payload } from 'payload'
import { compositionOf } from '../../composition.ts'
import type { Credentials } from '../../vault/index.ts'

type KeepOptions = { payload: Payload; provider: string }

/** With `KEY_SOURCE=dev-env`: writes a saved key into `.env.local` too. Never throws: the key is saved in any case. */
export const rememberInEnvFile = ({ payload, provider, credentials }: KeepOptions & { credentials: Credentials }) =>
  attempt({ payload, provider, what: 'written to', act: (keys) => keys.remember(provider, credentials) })

/** Takes it out again, so that a deleted key does not come back with the next start. */
export const forgetInEnvFile = ({ payload, provider }: KeepOptions) =>
  attempt({
    payload,
    provider,
    what: 'taken out of',
    act(keys) {
      keys.forget(provider)
      return true
    },
  })

type EnvironmentKeys = NonNullable<ReturnType<typeof compositionOf>['environmentKeys']>
type AttemptOptions = KeepOptions & { what: string; act(keys: EnvironmentKeys): boolean }

function attempt({ payload, provider, what, act }: AttemptOptions): void {
  const { environmentKeys } = compositionOf(payload)
  if (!environmentKeys) return
  try {
    if (!act(environmentKeys)) payload.logger.warn({ provider, msg: `The key could not be ${what} .env.local` })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    payload.logger.warn({ provider, code, msg: `The key could not be ${what} .env.local` })
  }
}
