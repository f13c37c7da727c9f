/** The rule, as people are told it. */
export const SLUG_RULE =
  'Use small letters, digits and single hyphens, at least one letter, and nothing that looks like an id.'

const LONGEST_BASE = 48

/** Whether a text may be a slug: `X-Tenant` takes ids too, so a slug never looks like one. */
export const isTenantSlug = (value: unknown): value is string =>
  typeof value === 'string' &&
  /^[a-z0-9]+(-[a-z0-9]+)*$/.test(value) &&
  /[a-z]/.test(value) &&
  !/^[0-9a-f]{24}$/.test(value)

/** Makes a slug of a name in any script: "Ada's workspace" gives `adas-workspace`; what leaves nothing gives `workspace`. */
export function toTenantSlug(name: string): string {
  const slug = name
    .normalize('NFKD')
    .replace(/[\p{M}'’`]/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, LONGEST_BASE)
    .replace(/^-+|-+$/g, '')
  if (isTenantSlug(slug)) return slug
  return slug === '' ? 'workspace' : `w-${slug}`
}
