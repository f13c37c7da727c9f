import type { LlmToolCall } from '../provider-kit/index.ts'
import type { CallTool } from './call-tool.ts'
import type { History, ToolSlot } from './history.ts'
import type { FittingCall, Toolbox, ToolResult } from './toolbox.ts'
import { isRefused } from './toolbox.ts'

/** What one answer does with its tools. */
export type ToolSteps = {
  /**
   * Looks over what the model called. What may not run is answered, what waits for words is kept.
   * @param hasWords whether anything was said in this turn
   */
  take(called: readonly LlmToolCall[], hasWords: boolean): TakenCalls
  /** Runs calls one after another; what has not begun when the answer is dropped never does. */
  run(calls: readonly PendingCall[]): Promise<void>
  /** Whether calls wait until the caller has heard what was said. */
  hasWaiting(): boolean
  /** Runs them. @returns whether the model is to go on */
  runWaiting(): Promise<boolean>
  /** Whether the model has called as many tools as it may in one turn. */
  isExhausted(): boolean
  /** The answer is dropped: what waits is never run, what runs is told late. */
  drop(): void
}

export type PendingCall = FittingCall & { slot: ToolSlot }

export type TakenCalls = {
  slots: ToolSlot[]
  atOnce: PendingCall[]
  /** Something was answered that the model must hear before anything waits for the caller's ear. */
  needsModel: boolean
}

export type ToolStepsOptions = {
  toolbox: Toolbox
  history: Pick<History, 'settle'>
  /** A tool that ends the call has succeeded. */
  onEndCall(): void
  /** A tool answered after the answer was dropped, and the model should hear of it. */
  onLateResult(): void
}

const MOST_CALLS = 5
const TOO_MANY = 'No more tools may be used in this turn. Answer with what you know.'
const SPOKEN_OVER = 'It was not done, because the caller spoke first.'

export function createToolSteps({ toolbox, history, onEndCall, onLateResult }: ToolStepsOptions): ToolSteps {
  let waiting: PendingCall[] = []
  let calls = 0
  let isDropped = false

  const settle = ({ slot, tool }: { slot: ToolSlot; tool: CallTool }, { ok, text }: ToolResult) => {
    history.settle(slot, text)
    if (ok && tool.effect === 'ends-call') onEndCall()
    else if (isDropped && !(ok && tool.effect)) onLateResult()
  }

  const leave = (pending: PendingCall) => {
    toolbox.drop(pending)
    settle(pending, { ok: false, text: SPOKEN_OVER })
  }

  const runOne = async (pending: PendingCall): Promise<ToolResult | undefined> => {
    if (isDropped) {
      leave(pending)
      return undefined
    }
    const result = await toolbox.run(pending)
    settle(pending, result)
    return result
  }

  return {
    take(called, hasWords) {
      const slots: ToolSlot[] = []
      const atOnce: PendingCall[] = []
      let needsModel = false
      for (const call of called) {
        const slot: ToolSlot = { call }
        slots.push(slot)
        const checked = ++calls > MOST_CALLS ? toolbox.refuse(call, TOO_MANY) : toolbox.check(call)
        if (isRefused(checked)) {
          slot.content = checked.text
          needsModel = true
        } else if (checked.tool.timing !== 'after-words') atOnce.push({ ...checked, slot })
        else {
          waiting.push({ ...checked, slot })
          if (hasWords || !checked.tool.wordsFirst) continue
          slot.content = checked.tool.wordsFirst
          needsModel = true
        }
      }
      return { slots, atOnce, needsModel }
    },
    async run(pending) {
      for (const call of pending) await runOne(call)
    },
    hasWaiting: () => waiting.length > 0,
    async runWaiting() {
      const pending = waiting
      waiting = []
      let goesOn = false
      for (const call of pending) {
        const result = await runOne(call)
        if (!result?.ok || !call.tool.effect) goesOn = true
      }
      return goesOn
    },
    isExhausted: () => calls >= MOST_CALLS,
    drop() {
      isDropped = true
      const left = waiting
      waiting = []
      for (const call of left) leave(call)
    },
  }
}
