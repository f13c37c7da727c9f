import { isLoopbackHost } from '../env/index.ts'

/**
 * The address of the client, as the nearest proxy (or Next itself, where there is none) noted it: the last entry of
 * `X-Forwarded-For`, because a client can write the ones before.
 * @returns undefined when nobody noted one
 */
export function clientAddressOf(headers: Headers): string | undefined {
  const last = headers.get('x-forwarded-for')?.split(',').at(-1)?.trim()
  return last === undefined || last === '' ? undefined : last.replace(/^::ffff:/i, '')
}

/** Whether the request came from this very machine, as far as anybody noted. */
export const isLocalClient = (address: string | undefined): boolean => address === undefined || isLoopbackHost(address)
