import { describe, expect, it } from '@jest/globals'
import { createSerialQueue } from './serial-queue.ts'

const gate = () => {
  let open = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { open, opened }
}

describe('the serial queue', () => {
  it('should run the tasks of one key in order and those of another meanwhile', async () => {
    const queue = createSerialQueue()
    const { open, opened } = gate()
    const order: string[] = []
    const first = queue.run('call 1', async () => {
      await opened
      order.push('1a')
    })
    const second = queue.run('call 1', async () => void order.push('1b'))
    await queue.run('call 2', async () => void order.push('2a'))
    expect(order).toEqual(['2a'])
    open()
    await Promise.all([first, second])
    expect(order).toEqual(['2a', '1a', '1b'])
  })

  it('should go on after a task that failed, and be idle in the end', async () => {
    const queue = createSerialQueue()
    const order: string[] = []
    const failed = queue.run('call', async () => {
      throw new Error('broken')
    })
    void queue.run('call', async () => void order.push('after'))
    await expect(failed).rejects.toThrow('broken')
    await queue.idle()
    expect(order).toEqual(['after'])
  })
})
