import { createServer } from 'node:http'
import { listen } from './listen.ts'

/**
 * Tries whether the server could listen, before the long part of a start. Another program may still take the port
 * afterwards: `listen` tells then.
 * @throws StartError as `listen`
 */
export async function probePort({ host, port }: { host: string; port: number }): Promise<void> {
  const probe = createServer()
  await listen({ server: probe, host, port })
  await new Promise((resolve) => probe.close(resolve))
}
