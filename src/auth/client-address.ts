import { isLoopbackHost } from '../env/index.ts'

/**
 * The address of the client as the server noted it in `X-Forwarded-For`, where it leaves that alone.
 * @returns undefined for what came by no connection
 */
export function clientAddressOf(headers: Headers): string | undefined {
  const last = headers.get('x-forwarded-for')?.split(',').at(-1)?.trim()
  return last === undefined || last === '' ? undefined : last.replace(/^::ffff:/i, '')
}

/** Whether the request came from this very machine, as far as anybody noted. */
export const isLocalClient = (address: string | undefined): boolean => address === undefined || isLoopbackHost(address)
