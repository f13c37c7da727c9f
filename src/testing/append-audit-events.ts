import { getPayload } from 'payload'
import { createConfig } from '../../payload.config.ts'
import { appendAuditEvent, noteAuditEvent, flushAuditLog } from '../audit/index.ts'
import { createTestEnvironment } from './create-test-environment.ts'

/** A second process that writes to one tenant's audit log: waits for a line on stdin, then writes. */
const [databaseUri = '', encryptionKey = '', tenant = '', count = '0'] = process.argv.slice(2)
const environment = createTestEnvironment({ databaseUri, encryptionKey: Buffer.from(encryptionKey, 'hex') })
const payload = await getPayload({ config: createConfig(environment) })
console.log('ready')
await new Promise((resolve) => process.stdin.once('data', resolve))
const subject = { collection: 'calls', id: 'child' }
const event = { payload, tenant, actor: 'system', action: 'key.used', subject, result: 'ok' } as const
for (let index = 0; index < Number(count); index += 1) {
  if (index % 2 === 0) await appendAuditEvent({ ...event, version: index })
  else noteAuditEvent({ ...event, version: index })
}
await flushAuditLog(payload)
console.log('done')
process.exit(0)
