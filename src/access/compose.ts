import type { Access, AccessArgs, AccessResult, Where } from 'payload'

/** Everybody is refused, at every door but the server's own. */
export const nobody = (): false => false

/** Allows what every rule allows; constraints add up. No rule at all refuses. */
export const accessAnd =
  (...rules: Access[]): Access =>
  async (args: AccessArgs): Promise<AccessResult> => {
    const constraints: Where[] = []
    for (const rule of rules) {
      const result = await rule(args)
      if (!result) return false
      if (result !== true) constraints.push(result)
    }
    if (constraints.length > 0) return join('and', constraints)
    return rules.length > 0
  }

/** Allows what any rule allows; a rule without a constraint wins over all others. No rule at all refuses. */
export const accessOr =
  (...rules: Access[]): Access =>
  async (args: AccessArgs): Promise<AccessResult> => {
    const constraints: Where[] = []
    for (const rule of rules) {
      const result = await rule(args)
      if (result === true) return true
      if (result) constraints.push(result)
    }
    return constraints.length > 0 && join('or', constraints)
  }

const join = (operator: 'and' | 'or', constraints: Where[]): Where => {
  const [only, ...others] = constraints
  return only && others.length === 0 ? only : { [operator]: constraints }
}
