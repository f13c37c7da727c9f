import { describe, expect, it } from '@jest/globals'
import type { Access, AccessArgs } from 'payload'
import { accessAnd, accessOr } from './compose.ts'

const args = {} as AccessArgs
const yes: Access = () => true
const no: Access = () => false
const mine: Access = () => ({ tenant: { in: [1] } })
const live: Access = async () => ({ status: { equals: 'live' } })

describe('accessAnd', () => {
  it('should refuse when one rule refuses, whatever the others give', async () => {
    expect(await accessAnd(yes, no)(args)).toBe(false)
    expect(await accessAnd(mine, no)(args)).toBe(false)
    expect(await accessAnd(no, mine)(args)).toBe(false)
  })

  it('should add up constraints and drop plain permissions', async () => {
    expect(await accessAnd(yes, mine)(args)).toEqual({ tenant: { in: [1] } })
    expect(await accessAnd(mine, yes, live)(args)).toEqual({
      and: [{ tenant: { in: [1] } }, { status: { equals: 'live' } }],
    })
    expect(await accessAnd(yes, yes)(args)).toBe(true)
  })

  it('should refuse without any rule', async () => {
    expect(await accessAnd()(args)).toBe(false)
  })
})

describe('accessOr', () => {
  it('should refuse only when every rule refuses', async () => {
    expect(await accessOr(no, no)(args)).toBe(false)
    expect(await accessOr()(args)).toBe(false)
    expect(await accessOr(no, mine)(args)).toEqual({ tenant: { in: [1] } })
  })

  it('should let a plain permission win over constraints', async () => {
    expect(await accessOr(mine, yes)(args)).toBe(true)
    expect(await accessOr(yes, mine)(args)).toBe(true)
  })

  it('should join constraints as alternatives', async () => {
    expect(await accessOr(mine, no, live)(args)).toEqual({
      or: [{ tenant: { in: [1] } }, { status: { equals: 'live' } }],
    })
  })
})
