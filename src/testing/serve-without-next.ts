import { createConfig } from '../../payload.config.ts'
import { loadEnvironment } from '../env/index.ts'
import { listen } from '../server/listen.ts'
import { openProduct } from '../server/open-product.ts'
import { stopOnSignals } from '../server/shutdown.ts'
import { createRestBridge } from './rest-bridge.ts'

/** A command: the product as a process of its own, from its variables to its end by a signal, without the admin panel. */
const environment = loadEnvironment()
const config = createConfig(environment)
const key = 'default'
const product = await openProduct({ environment, config, key, rest: createRestBridge({ config, key }) })
product.server.on('upgrade', (request, socket, head) => {
  if (!product.telephony.tryUpgrade(request, socket, head)) socket.destroy()
})
await listen({ server: product.server, host: environment.host, port: environment.port })
stopOnSignals({ environment, close: product.close })
console.log('ready')
