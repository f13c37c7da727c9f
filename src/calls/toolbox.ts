import type { LlmTool, LlmToolCall } from '../provider-kit/index.ts'
import type { CallTool, CallToolAnswer, ToolCallEntry, ToolOutcome } from './call-tool.ts'
import { createArgumentsCheck } from './fit-arguments.ts'
import type { CallSessionOptions } from './types.ts'

/** What the model is told of a call. */
export type ToolResult = { ok: boolean; text: string }

/** A call that may run. */
export type FittingCall = { call: LlmToolCall; tool: CallTool; args: Readonly<Record<string, unknown>> }

/** The agent's tools during one call: who may run, how long, and what is written down of it. */
export type Toolbox = {
  /** For the model. */
  definitions: readonly LlmTool[]
  /** Whether a call may run; one that may not is written down and answered. */
  check(call: LlmToolCall): FittingCall | ToolResult
  /** Answers a call without running it. */
  refuse(call: LlmToolCall, text: string): ToolResult
  /** Notes that a call which was to run will not. */
  drop(fitting: FittingCall): void
  /** Runs a call; one that already runs with the same arguments is joined, not run again. Never rejects. */
  run(fitting: FittingCall): Promise<ToolResult>
  tick(now: number): void
  /** The call is ending: tells what runs to stop. What succeeds all the same may be why the call ends. */
  abort(): void
  /** The call has ended: what still runs is given up. */
  close(): void
  entries(): ToolCallEntry[]
  /** Counts changes: same number, same entries. */
  revision(): number
}

export type ToolboxOptions = {
  tools: readonly CallTool[]
  /** How long a tool may take, in ms. */
  toolMs: number
  /** The call's start on the clock. */
  origin: number
  now(): number
  log: CallSessionOptions['log']
}

/** Entries kept at most; a model that loops must not fill the record. */
const MOST_ENTRIES = 500
const LONGEST_RESULT = 8_000
const LONGEST_NAME = 64
const LONGEST_DETAIL = 200

type Running = {
  dueAt: number
  controller: AbortController
  end(outcome: ToolOutcome, result: ToolResult): void
  result: Promise<ToolResult>
}

/** Whether a call that was looked over may not run. */
export const isRefused = (result: FittingCall | ToolResult): result is ToolResult => 'ok' in result

export function createToolbox({ tools, toolMs, origin, now, log }: ToolboxOptions): Toolbox {
  const known = new Map(tools.map((tool) => [tool.name, { tool, check: createArgumentsCheck(tool) }]))
  const running = new Map<string, Running>()
  const entries: ToolCallEntry[] = []
  let revision = 0
  let isEnding = false

  const note = (entry: ToolCallEntry): ToolCallEntry => {
    if (entries.length < MOST_ENTRIES) entries.push(entry)
    revision++
    return entry
  }

  /** A name that the model made up is no name of ours: it may hold anything. */
  const nameOf = (call: LlmToolCall) => (known.has(call.name) ? call.name : 'unknown')

  const open = (call: LlmToolCall, outcome: ToolOutcome, detail?: string) =>
    note({
      name: call.name.slice(0, LONGEST_NAME),
      startMs: Math.round(now() - origin),
      outcome,
      ...(outcome !== 'running' && { durationMs: 0 }),
      ...(detail && { detail: detail.slice(0, LONGEST_DETAIL) }),
    })

  const refuse = (call: LlmToolCall, text: string): ToolResult => {
    open(call, 'refused')
    log('tool.called', { name: nameOf(call), durationMs: 0, ok: false })
    return { ok: false, text }
  }

  const start = ({ call, tool, args }: FittingCall, key: string): Promise<ToolResult> => {
    const controller = new AbortController()
    const startedAt = now()
    const entry = open(call, 'running', tool.describe?.(args))
    let settle: (result: ToolResult) => void = () => undefined
    const result = new Promise<ToolResult>((resolve) => {
      settle = resolve
    })
    const end = (outcome: ToolOutcome, told: ToolResult) => {
      if (entry.outcome !== 'running') return
      running.delete(key)
      Object.assign(entry, { outcome, durationMs: Math.round(now() - startedAt) })
      revision++
      log('tool.called', { name: tool.name, durationMs: entry.durationMs, ok: told.ok })
      controller.abort()
      settle(told)
    }
    running.set(key, { dueAt: startedAt + (tool.deadlineMs ?? toolMs), controller, end, result })
    // What a tool throws may hold anything, an address or a key among it: the model is told without it.
    Promise.resolve()
      .then(() => tool.run(args, { signal: controller.signal }))
      .then(
        (answer) => end(isFailed(answer) ? 'failed' : 'ok', toResult(answer)),
        () => end(isEnding ? 'dropped' : 'failed', { ok: false, text: 'The tool failed.' }),
      )
    return result
  }

  return {
    definitions: tools.map(({ name, description, parameters }) => ({ name, description, parameters })),
    check(call) {
      const found = known.get(call.name)
      if (!found) return refuse(call, `There is no tool of this name. There are: ${[...known.keys()].join(', ')}.`)
      const fitted = found.check(call)
      return 'problem' in fitted ? refuse(call, fitted.problem) : { call, tool: found.tool, args: fitted.args }
    },
    refuse,
    drop({ call, tool, args }) {
      open(call, 'dropped', tool.describe?.(args))
      log('tool.called', { name: tool.name, durationMs: 0, ok: false })
    },
    run(fitting) {
      const key = JSON.stringify([fitting.tool.name, fitting.args])
      return running.get(key)?.result ?? start(fitting, key)
    },
    tick(at) {
      for (const { dueAt, end } of [...running.values()]) {
        if (at >= dueAt) end('timed-out', { ok: false, text: 'The tool took too long and was stopped.' })
      }
    },
    abort() {
      isEnding = true
      for (const { controller } of running.values()) controller.abort()
    },
    close() {
      for (const { end } of [...running.values()]) end('dropped', { ok: false, text: 'The call ended.' })
    },
    entries: () => entries.map((entry) => ({ ...entry })),
    revision: () => revision,
  }
}

const isFailed = (answer: CallToolAnswer): answer is { failed: string } => typeof answer !== 'string'

const toResult = (answer: CallToolAnswer): ToolResult =>
  isFailed(answer) ? { ok: false, text: answer.failed } : { ok: true, text: answer.slice(0, LONGEST_RESULT) }
