import { beforeEach, describe, expect, it } from '@jest/globals'
import type { AgentActivity, TurnTaking, TurnTakingOptions } from './turn-taking.ts'
import { createTurnTaking } from './turn-taking.ts'

describe('turn-taking', () => {
  let agent: AgentActivity
  let remainingMs: number
  let happened: string[]
  let turns: TurnTaking

  const setUp = (options: Partial<TurnTakingOptions> = {}) => {
    agent = 'idle'
    remainingMs = Number.POSITIVE_INFINITY
    happened = []
    turns = createTurnTaking({
      minEndpointMs: 0,
      maxEndpointMs: 3_000,
      bargeIn: true,
      resumeAfterMs: 800,
      activity: () => agent,
      remainingMs: () => remainingMs,
      onHold: () => happened.push('hold'),
      onRelease: () => happened.push('release'),
      onInterrupt: () => {
        happened.push('interrupt')
        agent = 'idle'
      },
      onSpeculate: (text) => happened.push(`speculate ${text}`),
      onSpeculationVoid: () => happened.push('void'),
      onTurn: ({ text }) => happened.push(`turn ${text}`),
      onAside: ({ text }) => happened.push(`aside ${text}`),
      ...options,
    })
  }
  beforeEach(() => setUp())

  const interim = (text: string, now: number) => turns.onStt({ type: 'interim', text }, now)
  const final = (text: string, now: number) => turns.onStt({ type: 'final', text }, now)
  const end = (text: string, now: number) => turns.onStt({ type: 'end-of-turn', text }, now)
  const noise = (now: number) => turns.onStt({ type: 'speech-started' }, now)

  it('ends a turn when the provider says so', () => {
    noise(0)
    interim('hello', 100)
    final('Hello.', 200)
    end('Hello.', 210)
    turns.tick(10_000)
    expect(happened).toEqual(['turn Hello.'])
  })

  describe('with a provider that tells no word before the end of a turn', () => {
    let voice: number | undefined
    beforeEach(() => {
      voice = undefined
      setUp({ lastVoiceAt: () => voice })
      agent = 'speaking'
    })

    it('stays silent as long as the caller is heard, and until the words have come', () => {
      noise(1_000)
      for (let now = 1_020; now <= 5_000; now += 20) {
        voice = now
        turns.tick(now)
      }
      expect(happened).toEqual(['hold'])
      turns.tick(6_499)
      end('Wait a moment, please.', 6_499)
      expect(happened).toEqual(['hold', 'interrupt', 'turn Wait a moment, please.'])
    })

    it('goes on when it was nothing, or never ends', () => {
      voice = 900
      noise(1_000)
      turns.tick(1_800)
      expect(happened).toEqual(['hold', 'release'])
      noise(2_000)
      for (let now = 2_020; now < 12_000; now += 20) {
        voice = now
        turns.tick(now)
      }
      expect(happened).toEqual(['hold', 'release', 'hold'])
      voice = 12_000
      turns.tick(12_000)
      expect(happened).toEqual(['hold', 'release', 'hold', 'release'])
    })
  })

  it('ends a turn itself when the provider does not, and ignores the provider when it does later', () => {
    final('Hello there.', 0)
    turns.tick(2_999)
    expect(happened).toEqual([])
    turns.tick(3_000)
    expect(happened).toEqual(['turn Hello there.'])
    end('hello there', 3_500)
    expect(happened).toHaveLength(1)
    end('Anything else?', 5_000)
    expect(happened.at(-1)).toBe('turn Anything else?')
  })

  it('leaves out what was answered of a turn that goes on', () => {
    final('Hello there.', 0)
    turns.tick(3_000)
    interim('Hello there. I need', 3_400)
    end('Hello there. I need help.', 3_900)
    expect(happened).toEqual(['turn Hello there.', 'turn I need help.'])
  })

  it('has more patience with words that are not final', () => {
    interim('hello', 0)
    turns.tick(6_900)
    expect(happened).toEqual([])
    turns.tick(7_000)
    expect(happened).toEqual(['turn hello'])
  })

  it('pauses for a noise and goes on when nothing comes of it', () => {
    agent = 'speaking'
    noise(0)
    expect(happened).toEqual(['hold'])
    turns.tick(799)
    expect(happened).toEqual(['hold'])
    turns.tick(800)
    expect(happened).toEqual(['hold', 'release'])
  })

  it('is not held for ever by noise after noise', () => {
    agent = 'speaking'
    for (let now = 0; now <= 2_400; now += 400) {
      noise(now)
      turns.tick(now)
    }
    expect(happened).toContain('release')
  })

  it('stops for words, once', () => {
    agent = 'speaking'
    noise(0)
    interim('wait', 200)
    interim('wait a moment', 400)
    end('Wait a moment.', 600)
    expect(happened).toEqual(['hold', 'interrupt', 'turn Wait a moment.'])
  })

  it('stops for words without a speech-started before them', () => {
    agent = 'speaking'
    end('Stop.', 0)
    expect(happened).toEqual(['interrupt', 'turn Stop.'])
  })

  it('goes on after a sign of listening and notes it', () => {
    agent = 'speaking'
    noise(0)
    interim('uh', 200)
    end('Uh-huh.', 400)
    expect(happened).toEqual(['hold', 'aside Uh-huh.', 'release'])
  })

  it('takes a "yes" near the end of an answer for a reply', () => {
    agent = 'speaking'
    remainingMs = 500
    end('Yes.', 0)
    expect(happened).toEqual(['interrupt', 'turn Yes.'])
  })

  it('restarts an answer that nobody heard when the caller goes on', () => {
    agent = 'thinking'
    noise(0)
    interim('and a salad', 300)
    end('And a salad.', 500)
    expect(happened).toEqual(['hold', 'interrupt', 'turn And a salad.'])
  })

  it('ends an interruption whose words came to nothing', () => {
    agent = 'thinking'
    interim('and', 0)
    interim('', 300)
    turns.tick(7_000)
    expect(happened).toEqual(['interrupt', 'turn '])
  })

  it('without barge-in keeps what the caller says until the agent has finished', () => {
    setUp({ bargeIn: false })
    agent = 'speaking'
    noise(0)
    interim('one', 100)
    end('One.', 200)
    end('Two.', 900)
    expect(happened).toEqual([])
    agent = 'idle'
    turns.onAgentIdle(1_000)
    expect(happened).toEqual(['turn One. Two.'])
  })

  it('speculates at most three times a turn, and again in the next', () => {
    for (let index = 1; index <= 4; index++) {
      turns.onStt({ type: 'eager-end-of-turn', text: `say ${index}` }, index)
      turns.onStt({ type: 'turn-resumed' }, index)
    }
    expect(happened.filter((entry) => entry.startsWith('speculate'))).toEqual([
      'speculate say 1',
      'speculate say 2',
      'speculate say 3',
    ])
    end('Say 4.', 10)
    turns.onStt({ type: 'eager-end-of-turn', text: 'next' }, 20)
    expect(happened.at(-1)).toBe('speculate next')
  })

  it('waits for the least endpoint and joins what comes meanwhile', () => {
    setUp({ minEndpointMs: 500 })
    interim('my number is', 0)
    end('My number is', 100)
    turns.tick(400)
    expect(happened).toEqual([])
    interim('five', 450)
    turns.tick(900)
    expect(happened).toEqual([])
    end('five five', 1_000)
    turns.tick(1_000)
    expect(happened).toEqual(['turn My number is five five'])
  })

  it('keeps the finals of a stream that was replaced', () => {
    final('I would like', 0)
    interim('I would like a pi', 100)
    turns.onStreamReplaced()
    interim('a pizza', 300)
    end('a pizza', 500)
    expect(happened).toEqual(['turn I would like a pizza'])
  })

  it('hands out the words of a turn that never ended', () => {
    final('One more', 0)
    turns.close()
    final('thing', 100)
    expect(turns.takeLast(200)?.text).toBe('One more thing')
    expect(turns.takeLast(200)).toBeUndefined()
    expect(happened).toEqual([])
  })
})
