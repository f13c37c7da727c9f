import { randomBytes } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import { createCallRig } from '../testing/call-rig.ts'
import { signUp } from '../testing/people.ts'
import { createFleet } from '../testing/vault-rig.ts'
import { rotateKeyEncryptionKey } from '../vault/index.ts'
import { appendAuditEvent, flushAuditLog, verifyAuditLog } from './index.ts'

describe('the audit log of a call', () => {
  it('should hold each use of a key with its purpose, its credential and the call', async () => {
    const rig = await createCallRig()
    try {
      const [workspace] = rig.workspaces
      if (!workspace) throw new Error('there is no workspace')
      const call = workspace.call()
      await call.streaming
      call.hangUp()
      const record = await workspace.closedCall(call)
      await flushAuditLog(rig.server.payload)
      const { body } = await workspace.as('get', '/api/audit-log?where[action][equals]=key.used&sort=sequence')
      const used = body.docs.map(({ purpose, provider, result }: Record<string, unknown>) => [
        purpose,
        provider,
        result,
      ])
      expect(used.sort()).toEqual([
        ['llm', 'openai', 'ok'],
        ['stt', 'deepgram', 'ok'],
        ['telephony', 'telnyx', 'ok'],
        ['tts', 'elevenlabs', 'ok'],
      ])
      for (const event of body.docs) {
        expect(event).toMatchObject({ actorKind: 'system', details: { callId: String(record.publicId) } })
        expect([event.credentialId, event.version]).toEqual([expect.stringMatching(/^cred_/), 1])
      }
      for (const { provider, credentialId } of record.receipt ?? []) {
        expect(body.docs).toContainEqual(expect.objectContaining({ provider, credentialId }))
      }
      expect((await verifyAuditLog({ payload: rig.server.payload })).problems).toEqual([])
    } finally {
      await rig.close()
    }
  })
})

describe('the audit log of a changed key-encryption key', () => {
  it('should stay verifiable, also under the new key alone, and go on', async () => {
    const [former, current] = [randomBytes(32), randomBytes(32)]
    const fleet = createFleet()
    try {
      const before = await fleet.boot({ encryptionKey: former, encryptionKeysRetired: [current] })
      const { tenant } = await signUp(before)
      const event = { tenant: tenant.id, actor: 'system', subject: { collection: 'x', id: 1 }, result: 'ok' } as const
      await appendAuditEvent({ payload: before.payload, ...event, action: 'key.used' })
      const during = await fleet.boot({ encryptionKey: current, encryptionKeysRetired: [former] })
      await rotateKeyEncryptionKey({ payload: during.payload })
      await fleet.stop(before)
      await rotateKeyEncryptionKey({ payload: during.payload })
      await fleet.stop(during)

      const { payload } = await fleet.boot({ encryptionKey: current, encryptionKeysRetired: [] })
      await appendAuditEvent({ payload, ...event, action: 'vault.rotated' })
      const { problems, events } = await verifyAuditLog({ payload, tenant: tenant.id })
      expect([problems, events]).toEqual([[], 3])
    } finally {
      await fleet.close()
    }
  })
})
