import type { Payload } from 'payload'
import { compositionOf } from '../composition.ts'

/** Says at start, for everybody to see, that keys of the environment pay; names of variables, never values. */
export function noticeDevKeys({ payload }: { payload: Payload }): void {
  const { environmentKeys } = compositionOf(payload)
  if (!environmentKeys) return
  payload.logger.warn({
    providers: environmentKeys.providers(),
    msg:
      'KEY_SOURCE=dev-env: keys of this environment pay for whatever has no key of its own, in every workspace, and ' +
      'keys that are saved in the panel are also written to .env.local. For one developer on one machine.',
  })
  for (const { provider, variables } of environmentKeys.incomplete()) {
    payload.logger.warn({ provider, variables, msg: 'These variables are missing or malformed: the key is not used' })
  }
}
