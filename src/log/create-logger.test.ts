import { describe, expect, it } from '@jest/globals'
import { createLogger } from './create-logger.ts'

const linesOf = (write: (logger: ReturnType<typeof createLogger>) => void) => {
  const lines: string[] = []
  write(createLogger({ level: 'info', destination: { write: (line: string) => void lines.push(line) } }))
  return lines
}

describe('the logger', () => {
  it('should write one JSON line an event, with its level by name and its time', () => {
    const [line] = linesOf((logger) => logger.info({ event: 'call.ended', callId: 'c1' }))
    expect(JSON.parse(line ?? '')).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-.*Z$/),
      event: 'call.ended',
      callId: 'c1',
    })
  })

  it.each(['apiKey', 'password', 'authorization', 'credentials', 'token'])(
    'should leave out what %s holds, at any of three depths',
    (name) => {
      const lines = linesOf((logger) => {
        logger.info({ [name]: 'canary-1' })
        logger.info({ request: { [name]: 'canary-2' } })
        logger.info({ request: { headers: { [name]: 'canary-3' } } })
      })
      expect(lines).toHaveLength(3)
      expect(lines.join('')).not.toContain('canary')
    },
  )
})
