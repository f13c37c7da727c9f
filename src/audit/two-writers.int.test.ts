import { spawn } from 'node:child_process'
import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { AUDIT_LOG } from '../collections/slugs.ts'
import { bootTestServer } from '../testing/boot.ts'
import type { TestServer } from '../testing/boot.ts'
import { signUp } from '../testing/people.ts'
import { appendAuditEvent, flushAuditLog, noteAuditEvent, verifyAuditLog } from './index.ts'

const EACH = 200
const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..')
const { resolve } = createRequire(import.meta.url)

let server: TestServer
let child: ChildProcessWithoutNullStreams | undefined

beforeAll(async () => {
  server = await bootTestServer()
})

afterAll(async () => {
  child?.kill('SIGKILL')
  await server.close()
})

function startChild(tenant: number | string): ChildProcessWithoutNullStreams {
  const { databaseUri, encryptionKey } = server.environment
  const script = path.join(root, 'src/testing/append-audit-events.ts')
  const given = [databaseUri, encryptionKey.toString('hex'), String(tenant), String(EACH)]
  const { NODE_OPTIONS, ...env } = process.env
  return spawn(process.execPath, ['--conditions=production', '--import', resolve('tsx'), script, ...given], {
    cwd: root,
    env: { ...env, NODE_ENV: 'test' },
  })
}

it('should stay one unbroken chain when two processes write to it at once', async () => {
  const { tenant } = await signUp(server)
  const { payload } = server
  child = startChild(tenant.id)
  let said = ''
  child.stderr.on('data', (data: Buffer) => {
    said += data.toString()
  })
  await once(child.stdout, 'data')
  const ended = once(child, 'close')
  child.stdin.write('go\n')
  const subject = { collection: 'calls', id: 'parent' }
  const event = { payload, tenant: tenant.id, actor: 'system', action: 'key.used', subject, result: 'ok' } as const
  for (let index = 0; index < EACH; index += 1) {
    if (index % 2 === 0) await appendAuditEvent({ ...event, version: index })
    else noteAuditEvent({ ...event, version: index })
  }
  await flushAuditLog(payload)
  const [code] = await ended
  expect([code, said]).toEqual([0, ''])

  expect(await verifyAuditLog({ payload, tenant: tenant.id })).toEqual({
    tenants: 1,
    events: 1 + 2 * EACH,
    problems: [],
  })
  const where = { tenant: { equals: tenant.id } }
  const { docs } = await payload.db.find<{ id: number; subjectId: string; version: number }>({
    collection: AUDIT_LOG,
    where,
    sort: 'sequence',
    limit: 0,
  })
  for (const writer of ['parent', 'child']) {
    const versions = docs.filter(({ subjectId }) => subjectId === writer).map(({ version }) => version)
    expect(versions).toEqual(Array.from({ length: EACH }, (_, index) => index))
  }
  const switches = docs.filter(({ subjectId }, index) => index > 1 && subjectId !== docs[index - 1]?.subjectId)
  expect(switches.length).toBeGreaterThan(1)
})
