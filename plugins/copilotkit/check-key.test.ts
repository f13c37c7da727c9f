import { describe, expect, it } from '@jest/globals'
import { createSimulatorServer } from '../../simulators/kit/index.ts'
import { createRegistry } from '../../src/registry/index.ts'
import copilotkit from './index.ts'

const HEX = '0c0ffee05ec44e7a9bad7a11ab1e5eed'
const KEY = `ck_pub_${HEX}`

const check = (apiKey: string, api = 'http://127.0.0.1:9') =>
  copilotkit.checkKey({ credentials: { apiKey }, origins: { api }, signal: new AbortController().signal })

describe('checking a CopilotKit key', () => {
  it('should say plainly that only the form was checked, and claim no more', async () => {
    const verdict = await check(KEY)
    expect(verdict).toMatchObject({ status: 'unverified', capabilities: { copilot: true } })
    expect(verdict.message).toMatch(/^Format checked: .* can be used\. .* no way to test it/)
    expect(JSON.stringify(verdict)).not.toContain(HEX)
    expect((await check(KEY.toUpperCase())).status).toBe('unverified')
  })

  it.each([
    ['too short', `ck_pub_${HEX.slice(1)}`],
    ['too long', `ck_pub_${HEX}0`],
    ['without its beginning', HEX],
    ['with letters beyond f', `ck_pub_${HEX.slice(1)}g`],
    ['with something behind it', `${KEY}\nx`],
    ['of another kind', `ck_sec_${HEX}`],
  ])('should reject a key that is %s', async (_what, apiKey) => {
    const verdict = await check(apiKey)
    expect(verdict).toMatchObject({ status: 'rejected', capabilities: { copilot: false }, metadata: {} })
    expect(verdict.message).toContain('ck_pub_')
    expect(JSON.stringify(verdict)).not.toContain(HEX.slice(1))
  })

  it('should explain a licence token without repeating it', async () => {
    const verdict = await check('eyJhbGciOi.eyJzdWIiOi.c2lnbmF0dXJl')
    expect([verdict.status, verdict.message]).toEqual(['rejected', expect.stringMatching(/licence token/)])
    expect(JSON.stringify(verdict)).not.toContain('eyJ')
  })

  it('should ask nobody', async () => {
    const server = await createSimulatorServer({
      onRequest: () => ({ status: 500 }),
      onUpgrade: () => ({ refuse: { status: 500 } }),
    })
    await check(KEY, server.origin)
    expect(server.requests).toEqual([])
    await server.close()
  })

  it('should be offered for copilots, and never be tested by the clock', () => {
    const registry = createRegistry({ providers: [copilotkit] })
    expect(registry.withCapability('copilot').map(({ id }) => id)).toEqual(['copilotkit'])
    expect(copilotkit.checksFormOnly).toBe(true)
  })
})
