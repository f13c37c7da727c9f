import { existsSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import request from 'supertest'
import { bootTestServer } from '../../testing/boot.ts'
import type { TestServer } from '../../testing/boot.ts'
import { silentWav } from '../../testing/create-sample.ts'
import { addPerson, signUp } from '../../testing/people.ts'
import type { TestPerson } from '../../testing/people.ts'
import { MEDIA } from '../slugs.ts'

type Caller = { headers: Record<string, string> }

describe('recordings', () => {
  let server: TestServer
  let ada: TestPerson
  let eve: TestPerson
  beforeAll(async () => {
    server = await bootTestServer()
    ada = await signUp(server, 'Ada')
    eve = await signUp(server, 'Eve')
  })
  afterAll(async () => {
    await server.payload.delete({ collection: MEDIA, overrideAccess: true, where: { id: { exists: true } } })
    await server.close()
  })

  const upload = (who: Caller, { data = silentWav().data, name = 'note.wav', type = 'audio/wav', fields = {} } = {}) =>
    request(server.url)
      .post('/api/media?depth=0')
      .set(who.headers)
      .field('_payload', JSON.stringify(fields))
      .attach('file', data, { filename: name, contentType: type })
  const fetchFile = (who: Caller, url: string) => request(server.url).get(url).set(who.headers)

  it('should be uploaded by owners and editors into their own workspace, under a name that tells nothing', async () => {
    const editor = await addPerson(server, { tenant: ada.tenant, role: 'editor' })
    for (const who of [ada, editor]) {
      const { body } = await upload(who, { name: '../../etc/my secret client.WAV' }).expect(201)
      expect(body.doc).toMatchObject({ tenant: ada.tenant.id, mimeType: 'audio/wav' })
      expect(body.doc.filename).toMatch(/^[0-9a-f-]{36}\.wav$/)
      expect(existsSync(path.resolve('media', body.doc.filename))).toBe(true)
    }
    const viewer = await addPerson(server, { tenant: ada.tenant, role: 'viewer' })
    await upload(viewer).expect(403)
    await upload({ headers: {} }).expect(403)
    await upload(eve, { fields: { tenant: ada.tenant.id } }).expect(403)
  })

  it('should be heard by members of the workspace and nobody else', async () => {
    const { body } = await upload(ada, { fields: { alt: 'A note' } }).expect(201)
    const { id, filename } = body.doc
    const url = new URL(body.doc.url).pathname
    const viewer = await addPerson(server, { tenant: ada.tenant, role: 'viewer' })
    for (const who of [ada, viewer]) {
      const file = await fetchFile(who, url).expect(200)
      expect(file.headers).toMatchObject({
        'content-type': 'audio/wav',
        'x-content-type-options': 'nosniff',
        'cache-control': 'private, no-store',
        'content-security-policy': "default-src 'none'; sandbox",
      })
      expect(file.body).toEqual(silentWav().data)
    }
    for (const who of [eve, { headers: {} }]) {
      const { status } = await fetchFile(who, url)
      expect([403, 404]).toContain(status)
    }
    await fetchFile(eve, `/api/media/${id}`).expect(404)
    const outside = await fetchFile(ada, '/api/media/file/..%2Fpackage.json')
    expect([403, 404]).toContain(outside.status)
    expect(outside.text).not.toContain('dependencies')

    await request(server.url).delete(`/api/media/${id}`).set(eve.headers).expect(404)
    await request(server.url).delete(`/api/media/${id}`).set(ada.headers).expect(200)
    expect(existsSync(path.resolve('media', filename))).toBe(false)
  })

  it.each([
    ['a page', '<html><script>alert(1)</script></html>', 'page.html', 'text/html'],
    ['a page that says it is audio', '<html><script>alert(1)</script></html>', 'page.html', 'audio/wav'],
    ['a drawing with a script', '<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>', 'a.svg', 'image/svg+xml'],
    [
      'a drawing that says it is audio',
      '<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>',
      'a.wav',
      'audio/wav',
    ],
  ])('should not take %s', async (_what, text, name, type) => {
    await upload(ada, { data: Buffer.from(text), name, type }).expect(400)
  })

  it('should not be fetched from an address that somebody gives', async () => {
    let asked = 0
    const stranger = createServer((_request, response) => {
      asked += 1
      response.setHeader('Content-Type', 'audio/wav').end(silentWav().data)
    })
    await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve))
    const address = `http://127.0.0.1:${(stranger.address() as AddressInfo).port}/x.wav`
    // Payload refuses to fetch from this machine, and would say so with a 500: what it is asked for must not come so far.
    for (const url of [address, '/api/users/me', 'http://192.0.2.1/x.wav']) {
      const body = { url, filename: 'x.wav', mimeType: 'audio/wav' }
      await request(server.url).post('/api/media').set(ada.headers).send(body).expect(400)
    }
    const paste = await request(server.url).get(`/api/media/paste-url?src=${address}`).set(ada.headers)
    expect([400, 403, 404]).toContain(paste.status)
    expect(asked).toBe(0)
    await new Promise((resolve) => stranger.close(resolve))
  })
})
