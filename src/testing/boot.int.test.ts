import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import request from 'supertest'
import { bootTestServer } from './boot.ts'
import type { TestServer } from './boot.ts'

describe('the booted server', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await bootTestServer()
  })
  afterAll(() => server.close())

  it('should be alive and ready', async () => {
    await request(server.url).get('/healthz').expect(200, { status: 'alive' })
    await request(server.url).get('/readyz').expect(200, { status: 'ready' })
  })

  it('should serve the REST of Payload', async () => {
    const { body } = await request(server.url).get('/api/users/me').expect(200)
    expect(body.user).toBeNull()
  })
})
