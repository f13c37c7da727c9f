import { parseSync } from '@swc/core'

/** One import, re-export or dynamic import of a module. */
export type ModuleImport = {
  specifier: string
  /** The names taken; `*` for all of them. */
  names: string[]
  /** Erased by the compiler, so that nothing is loaded. */
  isType: boolean
  line: number
}

/** One call of Payload's Local API. */
export type LocalApiCall = {
  /** `find` */
  method: string
  /** Whether the first argument writes `overrideAccess` out, itself or by an object that the file declares. */
  hasOverrideAccess: boolean
  line: number
}

/** A source file, as far as the rules of the house ask about it. */
export type SourceModule = {
  /** From the root of the checkout, with forward slashes. */
  path: string
  imports: ModuleImport[]
  localApiCalls: LocalApiCall[]
}

/** The Local API's methods that obey access control only when they are told to. */
const LOCAL_API = new Set([
  'count',
  'countVersions',
  'create',
  'delete',
  'duplicate',
  'find',
  'findByID',
  'findDistinct',
  'findGlobal',
  'findGlobalVersionByID',
  'findGlobalVersions',
  'findVersionByID',
  'findVersions',
  'restoreGlobalVersion',
  'restoreVersion',
  'update',
  'updateGlobal',
])

/** A node of the syntax tree, of any type; what a type of node has beyond these is read by name. */
type Node = { type?: string; span?: { start: number }; [name: string]: unknown }

/** Makes the tree's offsets count from a place that is known, whatever comments the file begins with. */
const ANCHOR = '0;'

/**
 * Reads a file's imports and Local API calls from its syntax tree.
 * @throws when the source is not TypeScript
 */
export function parseModule({ path, source }: { path: string; source: string }): SourceModule {
  const tree = parseSync(ANCHOR + source, { syntax: 'typescript', tsx: path.endsWith('x'), target: 'es2022' })
  const bytes = Buffer.from(ANCHOR + source)
  const lineOf = ({ span }: Node) => {
    const before = bytes.subarray(0, (span?.start ?? 0) - tree.span.start)
    return before.toString().split('\n').length
  }
  const module: SourceModule = { path, imports: [], localApiCalls: [] }
  const stating = collectStatingObjects(tree as unknown as Node)
  visit(tree as unknown as Node, (node) => {
    const imported = readImport(node)
    if (imported) module.imports.push({ ...imported, line: lineOf(node) })
    const call = readLocalApiCall(node, stating)
    if (call) module.localApiCalls.push({ ...call, line: lineOf(node) })
  })
  return module
}

function visit(node: Node, callback: (node: Node) => void): void {
  if (node.type) callback(node)
  for (const value of Object.values(node)) {
    const children = Array.isArray(value) ? value : [value]
    for (const child of children) if (typeof child === 'object' && child !== null) visit(child as Node, callback)
  }
}

function readImport(node: Node): Omit<ModuleImport, 'line'> | undefined {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportNamedDeclaration': {
      if (!node.source) return undefined
      const specifiers = node.specifiers as Node[]
      const isType =
        node.typeOnly === true || (specifiers.length > 0 && specifiers.every((one) => one.isTypeOnly === true))
      return { specifier: textOf(node.source), names: specifiers.map(nameOf), isType }
    }
    case 'ExportAllDeclaration':
      return { specifier: textOf(node.source), names: ['*'], isType: node.typeOnly === true }
    case 'TsImportType':
      return { specifier: textOf(node.argument), names: ['*'], isType: true }
    case 'CallExpression': {
      const callee = node.callee as Node
      const isLoad = callee.type === 'Import' || (callee.type === 'Identifier' && callee.value === 'require')
      const argument = (node.arguments as { expression: Node }[])[0]?.expression
      const isLiteral = argument?.type === 'StringLiteral'
      return isLoad && isLiteral ? { specifier: textOf(argument), names: ['*'], isType: false } : undefined
    }
    default:
      return undefined
  }
}

function nameOf(specifier: Node): string {
  if (specifier.type === 'ImportDefaultSpecifier') return 'default'
  if (specifier.type === 'ImportNamespaceSpecifier' || specifier.type === 'ExportNamespaceSpecifier') return '*'
  return textOf(specifier.imported ?? specifier.orig ?? specifier.local)
}

/** Names of the file's object literals that write `overrideAccess` out, wherever the name is declared in it. */
function collectStatingObjects(tree: Node): Set<string> {
  const stating = new Map<string, boolean>()
  visit(tree, (node) => {
    if (node.type !== 'VariableDeclarator') return
    const name = textOf(node.id)
    stating.set(name, stating.get(name) !== false && statesAccess(node.init, new Set()))
  })
  return new Set([...stating].filter(([, isStating]) => isStating).map(([name]) => name))
}

function readLocalApiCall(node: Node, stating: Set<string>): Omit<LocalApiCall, 'line'> | undefined {
  if (node.type !== 'CallExpression') return undefined
  const callee = node.callee as Node
  if (callee.type !== 'MemberExpression' || !isPayload(callee.object as Node)) return undefined
  const method = textOf(callee.property)
  if (!LOCAL_API.has(method)) return undefined
  const options = (node.arguments as { expression: Node }[])[0]?.expression
  return { method, hasOverrideAccess: statesAccess(options, stating) }
}

/** Whether an expression is an object with `overrideAccess` in it, or the name of one. */
function statesAccess(expression: unknown, stating: Set<string>): boolean {
  const node = expression as Node | undefined | null
  switch (node?.type) {
    case 'Identifier':
      return stating.has(textOf(node))
    case 'TsConstAssertion':
    case 'TsAsExpression':
    case 'TsSatisfiesExpression':
      return statesAccess(node.expression, stating)
    case 'ObjectExpression':
      return (node.properties as Node[]).some(
        (property) =>
          isOverrideAccess(property) ||
          (property.type === 'SpreadElement' && statesAccess(property.arguments, stating)),
      )
    default:
      return false
  }
}

/** `payload`, `req.payload`, `this.payload`, `server.payload`. */
const isPayload = (node: Node): boolean =>
  (node.type === 'Identifier' && node.value === 'payload') ||
  (node.type === 'MemberExpression' && textOf(node.property) === 'payload')

const isOverrideAccess = (property: Node): boolean =>
  (property.type === 'Identifier' && property.value === 'overrideAccess') ||
  (property.type === 'KeyValueProperty' && textOf(property.key) === 'overrideAccess')

const textOf = (node: unknown): string => String((node as { value?: unknown } | undefined)?.value ?? '')
