import { describe, expect, it } from '@jest/globals'
import { createWebhookSecret, signWebhook } from './sign-webhook.ts'

describe('signWebhook', () => {
  it('should sign as the example of the reference libraries does', () => {
    // https://github.com/standard-webhooks/standard-webhooks/blob/main/libraries/javascript/src/index.test.ts
    const headers = signWebhook({
      id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      timestamp: 1_614_265_330,
      body: '{"test": 2432232314}',
      secrets: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
    })
    expect(headers).toEqual({
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    })
  })

  it('should sign with each secret, the one in use first', () => {
    const [one, other] = [createWebhookSecret(), createWebhookSecret()]
    const message = { id: 'alert_1', timestamp: 1, body: '{}' }
    const both = signWebhook({ ...message, secrets: [one, other] })['webhook-signature']
    const alone = [one, other].map((secret) => signWebhook({ ...message, secrets: [secret] })['webhook-signature'])
    expect(both).toBe(alone.join(' '))
    expect(alone[0]).not.toBe(alone[1])
  })
})
