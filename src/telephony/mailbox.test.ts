import { describe, expect, it } from '@jest/globals'
import type { CallSession } from '../calls/index.ts'
import { createMailbox } from './mailbox.ts'
import type { MachineDetection } from './mailbox.ts'

const MESSAGE = 'Please call back.'

const create = (detection: MachineDetection, greetingMs = 10_000) => {
  const did: string[] = []
  const session = {
    hush: () => did.push('hush'),
    end: async (reason: string, { farewell }: { farewell?: string } = {}) => did.push(`${reason}: ${farewell}`),
  } as unknown as CallSession
  const mailbox = createMailbox({
    detection,
    message: MESSAGE,
    greetingMs,
    messageMs: 10_000,
    onHangUp: (detail) => did.push(detail),
  })
  return { did, session, mailbox }
}

const LEFT = `voicemail: ${MESSAGE}`
const said = { speaker: 'agent', text: MESSAGE, startMs: 0, endMs: 500 } as const

describe('a mailbox', () => {
  it('should be nothing to a person, to whom nobody knows, and where nobody asks', () => {
    const { did, session, mailbox } = create('leave-message')
    mailbox.onSession(session)
    mailbox.onAnswerer('human')
    mailbox.onAnswerer('unknown')
    mailbox.onGreetingEnded()
    const off = create('off')
    off.mailbox.onSession(off.session)
    off.mailbox.onAnswerer('machine', true)
    expect([did, off.did]).toEqual([[], []])
  })

  it('should be left a message once its greeting is over, in silence until then, once', () => {
    const { did, session, mailbox } = create('leave-message')
    mailbox.onSession(session)
    mailbox.onAnswerer('machine')
    expect(did).toEqual(['hush'])
    mailbox.onGreetingEnded()
    mailbox.onAnswerer('machine', true)
    expect(did).toEqual(['hush', LEFT])
    mailbox.close()
  })

  it('should be left a message at a beep that comes before anything else, and before the conversation', () => {
    const { did, session, mailbox } = create('leave-message')
    mailbox.onAnswerer('machine', true)
    expect(did).toEqual([])
    mailbox.onSession(session)
    expect(did).toEqual(['hush', LEFT])
    mailbox.close()
  })

  it('should be left a message although nobody says that its greeting is over', async () => {
    const { did, session, mailbox } = create('leave-message', 5)
    mailbox.onSession(session)
    mailbox.onAnswerer('machine')
    await new Promise((resolve) => setTimeout(resolve, 30))
    expect(did).toEqual(['hush', LEFT])
  })

  it('should not wake after the call, whatever the carrier still tells', async () => {
    const { did, session, mailbox } = create('leave-message', 5)
    mailbox.onSession(session)
    mailbox.close()
    mailbox.onAnswerer('machine')
    mailbox.onAnswerer('machine', true)
    mailbox.onGreetingEnded()
    await new Promise((resolve) => setTimeout(resolve, 30))
    expect(did).toEqual([])
  })

  it('should have been left a message only where that was said to its end', () => {
    const { session, mailbox } = create('leave-message')
    mailbox.onSession(session)
    expect(mailbox.outcomeOf({ transcript: [said] })).toBeUndefined()
    mailbox.onAnswerer('machine', true)
    expect(mailbox.outcomeOf({ transcript: [said] })).toBe('A message was left.')
    for (const transcript of [[], [{ ...said, interrupted: true }], [{ ...said, text: 'Hello.' }]]) {
      expect(mailbox.outcomeOf({ transcript })).toBe('The call ended before the message was over.')
    }
    mailbox.close()
  })

  it('should be hung up on where nothing is to be left, and a fax machine always', () => {
    const { did, mailbox } = create('hang-up')
    mailbox.onAnswerer('machine')
    const fax = create('leave-message')
    fax.mailbox.onAnswerer('fax')
    expect([...did, ...fax.did]).toEqual(['A machine answered; no message was left.', 'A fax machine answered.'])
  })
})
