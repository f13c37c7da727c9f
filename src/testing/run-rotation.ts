import { setTimeout as pause } from 'node:timers/promises'
import { getPayload } from 'payload'
import { createConfig } from '../../payload.config.ts'
import { loadEnvironment } from '../env/index.ts'
import { checkCanary, rotateKeyEncryptionKey } from '../vault/index.ts'

/**
 * A command for suites that end a rotation from outside: rotates as a process of its own, beside the servers, and prints
 * every step.
 * @param argv[2] how long it rests after each row, in ms, so that it can be met in the middle
 */
const restMs = Number(process.argv[2] ?? 0)
const payload = await getPayload({ config: createConfig(loadEnvironment()) })
await checkCanary(payload)
const report = await rotateKeyEncryptionKey({
  payload,
  async onProgress({ step, done, total }) {
    console.log(`${step} ${done} of ${total}`)
    if (step === 'rewrapping' && restMs > 0) await pause(restMs)
  },
})
console.log(`report ${JSON.stringify(report)}`)
process.exit(0)
