import { compositionOf } from '../composition.ts'
import { checkDatabase } from '../db/check-database.ts'
import type { Environment } from '../env/index.ts'
import { scrubOutput } from '../log/scrub-output.ts'
import type { Telephony } from '../telephony/index.ts'
import { keepConnections } from './keep-connections.ts'
import { listen } from './listen.ts'
// Next must be imported before Payload's config: it installs what React's server runtime needs of async context.
import { prepareNext } from './next-handler.ts'
import type { NextHandler } from './next-handler.ts'
import { probePort } from './probe-port.ts'
import { reportCrashes } from './report-crashes.ts'
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
 * Brings the whole product up in this process: database, vault, admin panel, REST, webhooks, media streams. What can be
 * wrong with the installation comes first and is told within seconds; Next, which takes longer, comes last.
 * @throws StartError with a sentence for the person who starts it
 */
export async function startServer({ environment, directory, isDevelopment }: StartOptions): Promise<RunningServer> {
  const { host, port, publicUrl } = environment
  await probePort({ host, port })
  await checkDatabase(environment).catch((error: Error) => {
    throw new StartError(error.message)
  })
  const letConnectionsGo = keepConnections()
  const { openProduct } = await import('./open-product.ts')
  let next: NextHandler
  const product = await openProduct({
    environment,
    runsJobs: true,
    // Asked from `listen` on, when Next is ready.
    rest: (request, response, pass) => next.handle(request, response, pass),
  })
  reportCrashes(product.payload)
  scrubOutput({ secrets: compositionOf(product.payload).secretsInUse })
  next = await prepareNext({ isDevelopment, hostname: host, port, directory })

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
      await letConnectionsGo()
    },
  }
}
