import type { SttEvent } from '../../src/provider-kit/index.ts'
import { toAcmeError } from './errors.ts'
import { parseObject } from './shape.ts'

/**
 * Acme's messages as our events. Acme tells partial texts of the sentence at hand, finals that do not change, and
 * `end` when the turn is over; ours carry the whole turn so far.
 * Source: https://docs.acme.example/live
 */
export function createMessageReader() {
  let finals: string[] = []
  let isFinished = false
  const turn = (rest = '') => [...finals, rest].filter(Boolean).join(' ')

  const endTurn = (): SttEvent[] => {
    const text = turn()
    finals = []
    return text === '' ? [] : [{ type: 'end-of-turn', text }]
  }

  return {
    read(message: string): SttEvent[] {
      const { type, text, id, code } = parseObject(message) ?? {}
      const words = typeof text === 'string' ? text.trim() : ''
      switch (type) {
        case 'ready':
          return [{ type: 'open', ...(typeof id === 'string' && /^[0-9a-f-]{36}$/.test(id) ? { requestId: id } : {}) }]
        case 'partial':
          return words === '' ? [] : [{ type: 'interim', text: turn(words) }]
        case 'final':
          if (words === '') return []
          finals.push(words)
          return [{ type: 'final', text: words }]
        case 'end':
          return endTurn()
        case 'finished':
          isFinished = true
          return endTurn()
        case 'error':
          return [{ type: 'error', error: toAcmeError({ code, requestId: id }) }]
        default:
          return []
      }
    },
    /** Acme has said all that it had to say. */
    get isFinished() {
      return isFinished
    },
  }
}
