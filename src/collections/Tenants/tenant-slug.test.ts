import { describe, expect, it } from '@jest/globals'
import { isTenantSlug, toTenantSlug } from './tenant-slug.ts'

describe('toTenantSlug', () => {
  it.each([
    ["Ada's workspace", 'adas-workspace'],
    ['  Crème -- Brûlée! ', 'creme-brulee'],
    ['株式会社', 'workspace'],
    ['42', 'w-42'],
    ['507f1f77bcf86cd799439011', 'w-507f1f77bcf86cd799439011'],
    ['x'.repeat(200), 'x'.repeat(48)],
    [`${'x'.repeat(47)} y`, 'x'.repeat(47)],
  ])('should make of %j the slug %j', (name, slug) => {
    expect(toTenantSlug(name)).toBe(slug)
    expect(isTenantSlug(slug)).toBe(true)
  })
})

describe('isTenantSlug', () => {
  it.each(['', '12', 'A', 'a--b', '-a', 'a-', 'a b', 'a/b', '507f1f77bcf86cd799439011', 7, null])(
    'should refuse %j',
    (value) => {
      expect(isTenantSlug(value)).toBe(false)
    },
  )
})
