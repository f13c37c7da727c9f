import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import request from 'supertest'
import type { DocumentId } from '../../access/index.ts'
import { ALERTS, ALERT_SETTINGS } from '../../collections/slugs.ts'
import type { Environment } from '../../env/index.ts'
import { bootTestServer } from '../../testing/boot.ts'
import type { TestServer } from '../../testing/boot.ts'
import { signUp } from '../../testing/people.ts'
import type { TestPerson } from '../../testing/people.ts'
import { createTestDatabase } from '../../testing/test-database.ts'
import type { AlertRecord } from '../alert-record.ts'
import type { NewAlert } from '../index.ts'
import { startMailServer } from './mail-server.ts'
import type { MailServer } from './mail-server.ts'
import { startWebhookReceiver } from './webhook-receiver.ts'
import type { WebhookReceiver } from './webhook-receiver.ts'

/** Nodes on one database, a mail server and a webhook's receiver, all real. */
export type AlertRig = {
  mail: MailServer
  receiver: WebhookReceiver
  /** Boots one more node. */
  boot(overrides?: Partial<Environment>): Promise<TestServer>
  close(): Promise<void>
}

export async function createAlertRig(): Promise<AlertRig> {
  const directory = mkdtempSync(path.join(tmpdir(), 'patchbay-alerts-'))
  const database = createTestDatabase({ directory })
  const [mail, receiver] = await Promise.all([startMailServer(), startWebhookReceiver()])
  const shared: Partial<Environment> = {
    databaseUri: database.uri,
    payloadSecret: randomBytes(32).toString('base64'),
    encryptionKey: randomBytes(32),
    email: mail.settings,
    privateDestinations: [{ kind: 'host', host: '127.0.0.1', port: receiver.port }],
  }
  const nodes = new Set<TestServer>()
  return {
    mail,
    receiver,
    async boot(overrides = {}) {
      const node = await bootTestServer({ ...shared, ...overrides })
      nodes.add(node)
      const { close } = node
      node.close = async () => {
        if (nodes.delete(node)) await close()
      }
      return node
    },
    async close() {
      await Promise.all([...nodes].map((node) => node.close()))
      await Promise.all([mail.close(), receiver.close()])
      await database.drop()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

/** Sends a request under `/api` as somebody. */
export const callAs = (
  server: TestServer,
  as: { headers: Record<string, string> },
  method: 'get' | 'post' | 'put',
  path: string,
  body?: object,
) => request(server.url)[method](`/api${path}`).set(as.headers).send(body)

/** Signs up an owner whose alerts go to the rig's receiver too. @returns the signing secret with the person */
export async function signUpWithWebhook(
  server: TestServer,
  { receiver }: AlertRig,
): Promise<{ owner: TestPerson; secret: string }> {
  const owner = await signUp(server)
  await callAs(server, owner, 'put', '/alert-settings', { webhookUrl: receiver.url }).expect(200)
  const { body } = await callAs(server, owner, 'post', '/alert-settings/secret').expect(201)
  return { owner, secret: body.secret }
}

/** An alert about a key of Deepgram; everything of it can be set. */
export const keyAlert = ({ payload }: TestServer, tenant: DocumentId, overrides: Partial<NewAlert> = {}): NewAlert => ({
  payload,
  tenant,
  kind: 'key-state',
  severity: 'critical',
  provider: 'deepgram',
  credentialId: 'cred_1',
  version: 1,
  from: 'valid',
  to: 'rejected',
  message: 'Deepgram no longer accepts the key of this workspace.',
  fixUrl: '/admin/settings/api-keys/deepgram',
  dedupeKey: `key-state:${randomUUID()}`,
  ...overrides,
})

/** The alerts of a workspace as the database holds them, oldest first. */
export async function alertsOf({ payload }: TestServer, tenant: DocumentId): Promise<AlertRecord[]> {
  const { docs } = await payload.db.find<AlertRecord>({
    collection: ALERTS,
    where: { tenant: { equals: tenant } },
    sort: 'raisedAt',
    pagination: false,
  })
  return docs
}

const PAST = new Date(0).toISOString()

/** As if the time had come at which the channel is to be tried next. */
export async function makeDue(
  { payload }: TestServer,
  tenant: DocumentId,
  channel: 'email' | 'webhook',
): Promise<void> {
  const column = channel === 'email' ? 'emailDueAt' : 'webhookDueAt'
  await payload.db.updateMany({
    collection: ALERTS,
    where: { and: [{ tenant: { equals: tenant } }, { [column]: { exists: true } }] },
    data: { [column]: PAST },
  })
}

/** As if the workspace had not been sent an e-mail for a while. */
export const openMailGate = ({ payload }: TestServer, tenant: DocumentId) =>
  payload.db.updateOne({
    collection: ALERT_SETTINGS,
    where: { tenant: { equals: String(tenant) } },
    data: { emailNotBefore: null },
  })
