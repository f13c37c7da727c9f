import { expect, it } from '@jest/globals'
import { createPendingReply } from './pending-reply.ts'
import { createReplyMemory } from './reply-memory.ts'

const replyOf = (body: string) => ({ status: 200, contentType: 'text/xml', body })

it('should keep what was answered for a while, the newest longest', async () => {
  let time = 0
  const memory = createReplyMemory({ lifetimeMs: 100, capacity: 2, now: () => time })
  for (const id of ['a', 'b', 'c']) memory.keep(id, Promise.resolve(replyOf(id)))
  expect(memory.find('a')).toBeUndefined()
  expect(await memory.find('b')).toEqual(replyOf('b'))
  time = 100
  expect(memory.find('c')).toBeUndefined()
})

it('should answer once: with what was decided first, or with the hang-up when time is over', async () => {
  const decided = createPendingReply({ hangUp: replyOf('hang up'), deadlineMs: 10_000 })
  expect(decided.settle(replyOf('stream'))).toBe(true)
  expect(decided.settle(replyOf('reject'))).toBe(false)
  decided.giveUp()
  expect(await decided.reply).toEqual(replyOf('stream'))

  const late = createPendingReply({ hangUp: replyOf('hang up'), deadlineMs: 5 })
  expect(await late.reply).toEqual(replyOf('hang up'))
  expect([late.isSettled, late.settle(replyOf('stream'))]).toEqual([true, false])
})
