import type { Payload } from 'payload'
import { createLogger } from '../../log/create-logger.ts'
import { scrubOutput } from '../../log/scrub-output.ts'
import { createSecretsInUse } from '../../log/secrets-in-use.ts'
import { reportCrashes } from '../report-crashes.ts'

// A process that prints a secret in every way past the logger, and then dies of it.
const secret = process.env.SECRET_TO_LEAK ?? ''
const secrets = createSecretsInUse()
secrets.note('one', [secret])
scrubOutput({ secrets })
reportCrashes({ logger: createLogger({ level: 'info', secrets }) as Payload['logger'] })

console.log('Printed:', secret)
console.error(new Error(`Thrown: ${encodeURIComponent(secret)}`))
process.stdout.write(Buffer.from(`Bytes: ${secret}\n`))
void Promise.reject(new Error(`Lost: ${secret}`))
setImmediate(() => {
  console.log('Still there')
  throw Object.assign(new Error(`Fatal: ${Buffer.from(secret).toString('base64')}`), { detail: secret })
})
