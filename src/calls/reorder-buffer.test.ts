import { describe, expect, it } from '@jest/globals'
import { createReorderBuffer } from './reorder-buffer.ts'

const collect = () => {
  const out: string[] = []
  const buffer = createReorderBuffer<string>((frame, missing) => {
    out.push(missing ? `${frame}(-${missing})` : frame)
  })
  return {
    out,
    buffer,
    push: (...chunks: number[]) => {
      for (const chunk of chunks) buffer.push(chunk, String(chunk))
    },
  }
}

describe('reorder buffer', () => {
  it('passes ordered frames on at once, from whatever number the carrier begins with', () => {
    const { out, push } = collect()
    push(7, 8, 9)
    expect(out).toEqual(['7', '8', '9'])
  })

  it('puts swapped frames back in order', () => {
    const { out, push } = collect()
    push(1, 3, 2, 5, 6, 4, 7)
    expect(out).toEqual(['1', '2', '3', '4', '5', '6', '7'])
  })

  it('drops duplicates and frames that come after their turn', () => {
    const { out, push } = collect()
    push(1, 2, 2, 1, 3, 4, 3)
    expect(out).toEqual(['1', '2', '3', '4'])
  })

  it('gives a gap up once three frames wait, and says how many are missing', () => {
    const { out, push } = collect()
    push(1, 4, 5)
    expect(out).toEqual(['1'])
    push(6, 2, 7)
    expect(out).toEqual(['1', '4(-2)', '5', '6', '7'])
  })

  it('hands out what waits when it is flushed', () => {
    const { out, buffer, push } = collect()
    push(1, 3, 5)
    buffer.flush()
    expect(out).toEqual(['1', '3(-1)', '5(-1)'])
  })

  it('follows a counter that begins anew', () => {
    const { out, push } = collect()
    push(2_000, 1, 2)
    expect(out).toEqual(['2000', '1', '2'])
  })
})
