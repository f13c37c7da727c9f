import type { Environment } from '../env/index.ts'
import type { Telephony } from '../telephony/index.ts'
import { listen } from './listen.ts'
// Next must be imported before Payload's config: it installs what React's server runtime needs of async context.
import { prepareNext } from './next-handler.ts'
import { StartError } from './start-error.ts'

export type RunningServer = {
  environment: Environment
  /** The address that a person opens. */
  url: string
  telephony: Telephony
  /** Closes everything that is open; live calls must have ended. */
  close(): Promise<void>
}

type StartOptions = { environment: Environment; directory: string; isDevelopment: boolean }

/**
 * Brings the whole product up in this process: database, vault, admin panel, REST, webhooks, media streams.
 * @throws StartError with a sentence for the person who starts it
 */
export async function startServer({ environment, directory, isDevelopment }: StartOptions): Promise<RunningServer> {
  const { host, port, publicUrl } = environment
  const { checkDatabase } = await import('../db/check-database.ts')
  await checkDatabase(environment).catch((error: Error) => {
    throw new StartError(error.message)
  })
  const next = await prepareNext({ isDevelopment, hostname: host, port, directory })
  const { openProduct } = await import('./open-product.ts')
  const product = await openProduct({ environment, rest: next.handle })

  product.server.on('upgrade', (request, socket, head) => {
    if (product.telephony.tryUpgrade(request, socket, head)) return
    if (!isDevelopment || !next.upgrades.emit('upgrade', request, socket, head)) socket.destroy()
  })
  const listening = await listen({ server: product.server, host, port })

  return {
    environment,
    url: publicUrl.endsWith(`:${port}`) && port !== listening ? `http://localhost:${listening}` : publicUrl,
    telephony: product.telephony,
    async close() {
      await product.close()
      await next.close()
    },
  }
}
