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

  it('should let nobody frame it, guess at it or keep what the API says', async () => {
    const server = serve('http://localhost:3000')
    const { headers } = await request(server).get('/api/user-api-keys').expect(200)
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'content-security-policy': expect.stringContaining("frame-ancestors 'self'"),
      'referrer-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'SAMEORIGIN',
    })
    const file = await request(server).get('/_next/static/chunks/a.js').expect(200)
    expect(file.headers['cache-control']).toBeUndefined()
  })

  it('should pass on the address that a trusted proxy noted, and no other', async () => {
    const address = async (trustedProxies: string[], forwardedFor: string) => {
      const server = createHttpServer({
        publicUrl: 'http://localhost:3000',
        trustedProxies,
        webhooks: Router(),
        health: Router(),
        rest: (incoming, response) => void response.json(incoming.headers['x-forwarded-for']),
      })
      const { body } = await request(server).get('/api/x').set('X-Forwarded-For', forwardedFor).expect(200)
      return String(body).replace('::ffff:', '')
    }
    expect(await address(['loopback'], '198.51.100.1, 203.0.113.9')).toBe('203.0.113.9')
    expect(await address(['loopback', '203.0.113.0/24'], '198.51.100.1, 203.0.113.9')).toBe('198.51.100.1')
    expect(await address([], '203.0.113.9')).toBe('127.0.0.1')
  })

  it('should not say what it is made of', async () => {
    const { headers } = await request(serve('http://localhost:3000')).get('/admin').expect(200)
    expect(headers['x-powered-by']).toBeUndefined()
  })

  it('should say nothing of the inside where a handler fails, or an address cannot be read', async () => {
    const failures: unknown[] = []
    const server = createHttpServer({
      publicUrl: 'http://localhost:3000',
      webhooks: Router(),
      health: Router(),
      rest() {
        throw new Error('the key was sk-secret', { cause: new Error('at /srv/app') })
      },
      onError: (error) => void failures.push(error),
    })
    const failed = await request(server).get('/api/anything').expect(500)
    expect(failed.body).toEqual({ error: 'Something went wrong on our side. Try again.', code: 'internal_error' })
    expect(failed.headers['cache-control']).toBe('no-store')
    expect(failures).toHaveLength(1)
    const unreadable = await request(server).get('/%E0%A4%A').expect(400)
    expect(unreadable.body.code).toBe('bad_request')
    expect(unreadable.text).not.toMatch(/node_modules|URIError/)
    expect(failures).toHaveLength(1)
  })
})
