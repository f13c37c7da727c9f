import { describe, expect, it } from '@jest/globals'
import { Router } from 'express'
import request from 'supertest'
import { createHttpServer } from './http.ts'

const serve = (publicUrl: string) =>
  createHttpServer({
    publicUrl,
    webhooks: Router(),
    health: Router(),
    rest: (incoming, response) => void response.send(incoming.originalUrl),
  })

describe('the HTTP server', () => {
  it('should send a person to the public name of this machine, with path and query', async () => {
    const { headers } = await request(serve('http://localhost:3000'))
      .get('/admin/login?redirect=%2Fadmin')
      .set('Host', '127.0.0.1:3000')
      .expect(307)
    expect(headers.location).toBe('http://localhost:3000/admin/login?redirect=%2Fadmin')
  })

  it.each([
    ['the public name', 'http://localhost:3000', 'localhost:3000', '/admin'],
    ['a program that asks REST', 'http://localhost:3000', '127.0.0.1:3000', '/api/users/me'],
    ['another port, such as a proxy has', 'http://localhost:3000', '127.0.0.1:8080', '/admin'],
    ['a public address', 'https://voice.example.com', '127.0.0.1:3000', '/admin'],
    ['a name that is not this machine', 'http://localhost:3000', 'evil.example:3000', '/admin'],
    ['a host that is none', 'http://localhost:3000', 'a b', '/admin'],
  ])('should leave %s alone', async (_who, publicUrl, host, path) => {
    const { text } = await request(serve(publicUrl)).get(path).set('Host', host).expect(200)
    expect(text).toBe(path)
  })

  it('should not say what it is made of', async () => {
    const { headers } = await request(serve('http://localhost:3000')).get('/admin').expect(200)
    expect(headers['x-powered-by']).toBeUndefined()
  })
})
