import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { CallHandle } from '../../simulators/telnyx/index.ts'
import { createCallRig } from '../testing/call-rig.ts'
import type { CallDocument, CallRig, Workspace } from '../testing/call-rig.ts'
import { lettersMissed, listenToAgent } from '../testing/heard-speech.ts'
import { dumpMongo, isMongo } from '../testing/test-database.ts'

/** For all the calls of this suite, on a machine that has much else to do. */
const PATIENCE_MS = 120_000

/** Each tenant's own words, none of which another tenant's conversation has. */
const TALKS = [
  { greeting: 'Ada speaking.', utterance: 'how-much', asked: 'How much does it cost?', answer: 'Forty euros.' },
  { greeting: 'Bob here.', utterance: 'where-located', asked: 'Where are you located?', answer: 'Near the lake.' },
  { greeting: 'Cy at work.', utterance: 'my-name', asked: 'My name is Alex Morgan.', answer: 'Nice to meet you.' },
] as const

type Talk = { tenant: Workspace; call: CallHandle; record: CallDocument; heard: string; told: (typeof TALKS)[number] }

describe('tenants who are called at the same time', () => {
  let rig: CallRig
  let talks: Talk[]
  beforeAll(async () => {
    rig = await createCallRig({
      tenants: TALKS.length,
      agent: (index) => ({
        greeting: TALKS[index]?.greeting,
        promptMarkdown: `Your number is ${index}-${index}-${index}.`,
      }),
      simulators: {
        openai: { script: (messages) => TALKS.find(({ asked }) => asked === messages.at(-1)?.content)?.answer ?? '?' },
      },
    })
    talks = await Promise.all(rig.workspaces.map((tenant, index) => converse(tenant, TALKS[index] as Talk['told'])))
  }, PATIENCE_MS)
  afterAll(() => rig?.close())

  const others = (tenant: Workspace) => talks.filter((talk) => talk.tenant !== tenant)

  it('should each have their own conversation', () => {
    for (const { heard, told, record } of talks) {
      // Nothing but these words; on a busy machine a letter or two may be cut by a pause.
      expect(lettersMissed(heard, told.answer)).toBeLessThanOrEqual(3)
      expect(record.transcript?.map(({ text }) => text)).toEqual([told.greeting, told.asked, told.answer])
    }
  })

  it('should each be served by their own keys alone, at every provider', () => {
    for (const [index, { tenant, told, call }] of talks.entries()) {
      const { keys } = tenant
      const heard = rig.deepgram.sessions.filter(({ key }) => key === keys.deepgram)
      expect(heard.flatMap(({ transcripts }) => transcripts)).toEqual([told.asked])
      const chats = rig.openai.requests.filter(
        ({ key, path }) => key === keys.openai && path === '/v1/chat/completions',
      )
      expect(
        chats.map(({ body }) => (body as { messages: { content: string }[] }).messages.map(({ content }) => content)),
      ).toEqual([[`Your number is ${index}-${index}-${index}.`, told.greeting, told.asked]])
      const spoken = rig.elevenlabs.connections.filter(({ key }) => key === keys.elevenlabs)
      expect(spoken.flatMap(({ texts }) => texts.map(({ text }) => text.trim())).join(' ')).toBe(
        `${told.greeting} ${told.answer}`,
      )
      expect(new Set(tenant.commands().map(({ callControlId }) => callControlId))).toEqual(
        new Set([call.callControlId]),
      )
    }
    const all = (name: keyof Workspace['keys']) => new Set(rig.workspaces.map(({ keys }) => keys[name]))
    expect(rig.deepgram.seenKeys).toEqual(all('deepgram'))
    expect(rig.openai.seenKeys).toEqual(all('openai'))
    expect(rig.elevenlabs.seenKeys).toEqual(all('elevenlabs'))
    expect(rig.telnyx.seenKeys).toEqual(all('telnyx'))
  })

  it("should each find their own credentials on the call's receipt", async () => {
    const credentials = new Set<string>()
    for (const { tenant, record } of talks) {
      const { docs } = await rig.server.payload.find({
        collection: 'provider-keys',
        where: { tenant: { equals: tenant.tenantId } },
        overrideAccess: true,
        depth: 0,
      })
      const own = docs.map(({ credentialId }) => credentialId as string)
      expect(record.receipt?.map(({ credentialId }) => credentialId).sort()).toEqual([...own].sort())
      for (const id of own) credentials.add(id)
    }
    expect(credentials.size).toBe(4 * talks.length)
  })

  it('should log each use of a key under the tenant whose it is', () => {
    const uses = rig.logLines.map((line) => JSON.parse(line)).filter(({ event }) => event === 'key.used')
    expect(uses).toHaveLength(4 * talks.length)
    for (const { tenant, record } of talks) {
      const own = uses.filter(({ callId }) => callId === record.publicId)
      expect(own.map(({ tenantId }) => tenantId)).toEqual(Array(4).fill(tenant.tenantId))
      expect(own.map(({ credentialId }) => credentialId).sort()).toEqual(
        record.receipt?.map(({ credentialId }) => credentialId).sort(),
      )
      for (const use of own) expect(use).toMatchObject({ version: 1, fingerprint: expect.stringMatching(/.+/) })
    }
  })

  it('should see nothing of each other', async () => {
    for (const { tenant, record } of talks) {
      const list = await tenant.as('get', '/api/calls?depth=2').expect(200)
      expect(list.body.docs.map(({ publicId }: CallDocument) => publicId)).toEqual([record.publicId])
      for (const foreign of others(tenant)) {
        await tenant.as('get', `/api/calls/${foreign.record.id}`).expect(404)
        for (const trace of [
          foreign.told.greeting,
          foreign.told.answer,
          foreign.record.receipt?.[0]?.credentialId ?? '-',
        ]) {
          expect(list.text).not.toContain(trace)
        }
      }
    }
  })

  it('should leave no key behind, in whatever writing, in the database, the logs or an answer', async () => {
    const answers = await Promise.all(
      [
        'calls?depth=3',
        'provider-keys?depth=3',
        'user-api-keys',
        'agents?depth=3',
        'phone-numbers',
        'usage?depth=3',
      ].map(async (path) => (await (talks[0] as Talk).tenant.as('get', `/api/${path}`)).text),
    )
    const kept: Buffer[] = [rig.logLines.join('\n'), ...answers].map((text) => Buffer.from(text))
    const { payload, environment } = rig.server
    const stored = isMongo(payload)
      ? [Buffer.from(await dumpMongo(environment.databaseUri))]
      : databaseFiles(environment.databaseUri)
    expect(stored.some((bytes) => bytes.includes(TALKS[0].answer))).toBe(true)
    kept.push(...stored)
    for (const { keys } of rig.workspaces) {
      for (const [provider, key] of Object.entries(keys)) {
        for (const writing of writingsOf(key)) {
          expect([provider, kept.findIndex((bytes) => bytes.includes(writing))]).toEqual([provider, -1])
        }
      }
    }
  })
})

async function converse(tenant: Workspace, told: Talk['told']): Promise<Talk> {
  const call = tenant.call()
  await call.streaming
  await listenToAgent(call, { after: 0 })
  const asked = await call.say(told.utterance)
  const { text } = await listenToAgent(call, { after: asked.endMs })
  call.hangUp()
  await call.ended
  return { tenant, call, told, heard: text, record: await tenant.closedCall(call) }
}

const databaseFiles = (uri: string): Buffer[] => {
  const file = uri.replace(/^file:/, '')
  const names = readdirSync(path.dirname(file)).filter((name) => name.startsWith(path.basename(file)))
  return names.map((name) => readFileSync(path.join(path.dirname(file), name)))
}

/** A key as it may be found: plain, in hex, and in base64 at each of its three offsets; and its middle alone. */
const writingsOf = (key: string): string[] => {
  const bytes = Buffer.from(key)
  const shifted = [0, 1, 2].map((offset) => Buffer.from(key.slice(offset)).toString('base64').slice(0, 40))
  const hex = bytes.toString('hex')
  return [key, key.slice(12, 36), hex, hex.toUpperCase(), ...shifted, bytes.toString('base64url').slice(0, 40)]
}
