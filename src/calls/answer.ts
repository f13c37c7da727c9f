import type { LlmToolCall } from '../provider-kit/index.ts'
import { createClauseSplitter } from './clause-splitter.ts'
import type { History, Said, ToolStep } from './history.ts'
import type { TurnClock } from './latency.ts'
import type { LlmRun } from './llm-run.ts'
import type { Speech } from './speech.ts'
import { createToolSteps } from './tool-steps.ts'
import type { Toolbox } from './toolbox.ts'
import type { CallError } from './types.ts'

/** One answer of the agent: the model's text on its way to the caller's ear, and the tools that it calls in between. */
export type Answer = {
  /** The turn it answers; a greeting answers none. */
  readonly clock: TurnClock | undefined
  /** Speaks what a request brings, clause by clause, and runs what it calls. */
  follow(run: LlmRun): void
  /** Asks the model once more, unless the request that failed had brought words. @returns whether it did */
  retry(): boolean
  /** Speaks a fixed text. */
  say(text: string): void
  /**
   * Drops the answer. What was heard of it goes into the history; a tool that runs goes on.
   * @returns the words heard
   */
  stop(): string
  /**
   * All words so far were heard; they go into the history.
   * @returns whether the answer goes on: with tools that waited for the caller's ear
   */
  onHeard(): boolean
  /** All words given to be spoken, since the last `onHeard`. */
  text(): string
  heard(): string
  tick(now: number): void
}

export type AnswerOptions = {
  /** Begins an utterance. */
  openSpeech(): Speech
  clock?: TurnClock
  now(): number
  toolbox: Toolbox
  history: Pick<History, 'addAgent' | 'settle'>
  /** Asks the model to go on. @param said what it said and called since the history ends */
  request(said: Said, toolChoice: 'auto' | 'none'): LlmRun
  /** The model failed; the speech's own failures go elsewhere. */
  onModelFailed(error: CallError): void
  /** A tool ended the call. */
  onEndCall(): void
  /** The answer has come to its end without further words. */
  onSilent(): void
  /** A tool answered after the answer was dropped. */
  onLateResult(): void
  /** The answer itself failed. */
  onBroken(): void
}

export function createAnswer(options: AnswerOptions): Answer {
  const { clock, now, history } = options
  const tools = createToolSteps(options)
  let speech = options.openSpeech()
  let splitter = createClauseSplitter()
  let run: LlmRun | undefined
  let steps: ToolStep[] = []
  let lastCharacter = ''
  let hasRunText = false
  let hasSpokenBefore = false
  let isOver = false

  const hasWords = () => hasSpokenBefore || speech.hasText()

  const write = (clause: string, at: number) => {
    if (!clause) return
    const isFirst = !hasWords()
    if (isFirst) clock?.clauseReady(at)
    // What follows a tool begins anew.
    const gap = steps.length > 0 && /\S/.test(lastCharacter) && /^\S/.test(clause) ? ' ' : ''
    speech.write(gap + clause)
    lastCharacter = clause.at(-1) as string
    if (isFirst) clock?.clauseWritten(now())
  }

  const ask = () => follow(options.request({ text: speech.text(), steps }, tools.isExhausted() ? 'none' : 'auto'))

  const onCalls = async (called: readonly LlmToolCall[]) => {
    // A model that calls on although it was told not to is not asked again.
    const isLast = tools.isExhausted()
    const { slots, atOnce, needsModel } = tools.take(called, hasWords())
    steps = [...steps, { textEnd: speech.text().length, slots }]
    speech.breathe()
    await tools.run(atOnce)
    if (isOver) return
    if (!isLast && (needsModel || !tools.hasWaiting())) ask()
    else speech.finish()
  }

  const goOn = async () => {
    const needsModel = await tools.runWaiting()
    if (isOver) return
    if (!needsModel) return options.onSilent()
    speech = options.openSpeech()
    splitter = createClauseSplitter()
    lastCharacter = ''
    ask()
  }

  const follow = (next: LlmRun) => {
    run = next
    hasRunText = false
    next.attach({
      onText(text, at) {
        if (isOver) return
        hasRunText = true
        clock?.firstToken(next.firstTokenAt() ?? at)
        for (const clause of splitter.push(text)) write(clause, at)
      },
      onFinish(at, called) {
        if (isOver) return
        write(splitter.flush(), at)
        if (called.length > 0) onCalls(called).catch(options.onBroken)
        else speech.finish()
      },
      onFailed(error) {
        if (!isOver) options.onModelFailed(error)
      },
    })
  }

  return {
    clock,
    follow,
    retry() {
      if (hasRunText) return false
      ask()
      return true
    },
    say(text) {
      speech.write(text)
      speech.finish()
    },
    stop() {
      isOver = true
      run?.abort()
      const heard = speech.cancel()
      history.addAgent({ text: heard, steps })
      tools.drop()
      return heard
    },
    onHeard() {
      history.addAgent({ text: speech.text(), steps })
      steps = []
      hasSpokenBefore ||= speech.hasText()
      if (!tools.hasWaiting()) return false
      goOn().catch(options.onBroken)
      return true
    },
    text: () => speech.text(),
    heard: () => speech.heard(),
    tick(at) {
      if (isOver) return
      run?.tick(at)
      if (!isOver) speech.tick(at)
    },
  }
}
