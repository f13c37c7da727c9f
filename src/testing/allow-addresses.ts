import request from 'supertest'
import { ALLOWED_ENDPOINTS } from '../collections/slugs.ts'

/**
 * Lets tenants of a server that nobody has signed up at yet name these addresses: over REST, as the first person there,
 * who is the platform admin.
 */
export async function allowAddresses(server: { url: string }, addresses: readonly string[]): Promise<void> {
  const password = 'a long enough passphrase'
  const { body } = await request(server.url)
    .post('/api/users/first-register')
    .send({ email: 'admin@example.com', password, name: 'Admin' })
    .expect(200)
  for (const address of addresses) {
    await request(server.url)
      .post(`/api/${ALLOWED_ENDPOINTS}`)
      .set('Authorization', `JWT ${body.token}`)
      .send({ label: 'A server of our own', address })
      .expect(201)
  }
}
