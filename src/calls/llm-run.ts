import type { LlmEvent, LlmRequest, LlmToolCall, LlmUsage } from '../provider-kit/index.ts'
import { toCallError, toStall } from './provider-failure.ts'
import type { BoundLlm, CallError } from './types.ts'

/** Where a run's text goes. */
export type LlmSink = {
  onText(text: string, now: number): void
  /** @param calls tools that the model wants run before it goes on */
  onFinish(now: number, calls: readonly LlmToolCall[]): void
  onFailed(error: CallError): void
}

export type LlmRunOptions = {
  llm: BoundLlm
  request: Omit<LlmRequest, 'signal'>
  firstTokenMs: number
  betweenTokensMs: number
  now(): number
  onFirstToken(now: number): void
  onUsage(usage: LlmUsage, requestId: string | undefined): void
}

/** One request to the model. Until a sink is attached what comes is kept: a speculation waits for its turn to end, its tools too. */
export type LlmRun = {
  /** Hands over what came so far and everything after. */
  attach(sink: LlmSink): void
  /** Ends the request; nothing more reaches the sink. */
  abort(): void
  tick(now: number): void
  hasFailed(): boolean
  /** When the first token came. */
  firstTokenAt(): number | undefined
}

/** Issues the request at once. The run is over when it finished, failed, was aborted or stalled, whatever the stream does. */
export function createLlmRun(options: LlmRunOptions): LlmRun {
  const { llm, now } = options
  const controller = new AbortController()
  let sink: LlmSink | undefined
  let kept = ''
  const calls: LlmToolCall[] = []
  let failure: CallError | undefined
  let isFinished = false
  let isOver = false
  let dueAt = now() + options.firstTokenMs
  let firstTokenAt: number | undefined

  const fail = (error: CallError) => {
    if (isOver) return
    isOver = true
    failure = error
    controller.abort()
    sink?.onFailed(error)
  }

  const onText = (text: string) => {
    const at = now()
    dueAt = at + options.betweenTokensMs
    if (!text) return
    if (firstTokenAt === undefined) {
      firstTokenAt = at
      options.onFirstToken(at)
    }
    if (sink) sink.onText(text, at)
    else kept += text
  }

  const onCall = ({ type: _, ...call }: LlmEvent & { type: 'tool-call' }) => {
    dueAt = now() + options.betweenTokensMs
    calls.push(call)
  }

  const consume = async () => {
    const stream = llm.stream({ ...options.request, signal: controller.signal })
    for await (const event of stream) {
      if (event.type === 'finish') options.onUsage(event.usage, event.requestId)
      if (isOver) return
      if (event.type === 'text') onText(event.text)
      else if (event.type === 'tool-call') onCall(event)
      else {
        isFinished = true
        isOver = true
        sink?.onFinish(now(), calls)
        return
      }
    }
    fail(toStall(llm, 'closed', 'ended the answer without finishing it'))
  }

  // The rejection handler is the only consumer: nobody awaits a stream that may never settle.
  consume().catch((error: unknown) => fail(toCallError(error, llm)))

  return {
    attach(next) {
      sink = next
      if (kept) next.onText(kept, now())
      kept = ''
      if (failure) next.onFailed(failure)
      else if (isFinished) next.onFinish(now(), calls)
    },
    abort() {
      isOver = true
      controller.abort()
    },
    tick(at) {
      if (isOver || at < dueAt) return
      fail(toStall(llm, 'timeout', `did not ${firstTokenAt ? 'go on with' : 'begin'} its answer in time`))
    },
    hasFailed: () => failure !== undefined,
    firstTokenAt: () => firstTokenAt,
  }
}
