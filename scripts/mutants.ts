import { parseSync } from 'oxc-parser'

/** One small change of a source file, which a test should notice. */
export interface Mutant {
  readonly start: number
  readonly end: number
  readonly replacement: string
  /** the line of the change, from 1 */
  readonly line: number
}

/** A node of the syntax tree (ESTree), as far as it is looked at here. */
interface Node {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly [member: string]: unknown
}
type Change = Pick<Mutant, 'start' | 'end' | 'replacement'>
type Mutator = (node: Node, parent: Node | undefined, source: string) => Change[]

const swapped = (...pairs: readonly (readonly [string, string])[]): ReadonlyMap<string, string> =>
  new Map(pairs.flatMap(([one, other]) => [[one, other] as const, [other, one] as const]))

/** What takes an operator's place: for `<` and its like the bound itself, and the other side. */
const OPERATORS: Readonly<Record<string, readonly string[]>> = {
  '<': ['<=', '>='],
  '<=': ['<', '>'],
  '>': ['>=', '<='],
  '>=': ['>', '<'],
  '===': ['!=='],
  '!==': ['==='],
  '==': ['!='],
  '!=': ['=='],
  '+': ['-'],
  '-': ['+'],
  '*': ['/'],
  '/': ['*'],
  '%': ['*'],
  '**': ['*'],
  '&': ['|'],
  '|': ['&'],
  '^': ['&'],
  '<<': ['>>'],
  '>>': ['<<'],
  '>>>': ['<<'],
  '&&': ['||'],
  '||': ['&&'],
  '??': ['&&'],
  '+=': ['-='],
  '-=': ['+='],
  '*=': ['/='],
  '/=': ['*='],
  '%=': ['*='],
  '&=': ['|='],
  '|=': ['&='],
  '^=': ['&='],
  '<<=': ['>>='],
  '>>=': ['<<='],
  '&&=': ['='],
  '||=': ['='],
  '??=': ['='],
  '++': ['--'],
  '--': ['++'],
}

const METHODS = swapped(
  ['startsWith', 'endsWith'],
  ['some', 'every'],
  ['min', 'max'],
  ['toUpperCase', 'toLowerCase'],
  ['indexOf', 'lastIndexOf'],
)
/** Methods whose result may well be used in place of what they were called on. */
const DROPPED: ReadonlySet<string> = new Set([
  'filter',
  'reverse',
  'slice',
  'sort',
  'subarray',
  'toSorted',
  'trim',
])

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value && 'start' in value
const whole = ({ start, end }: Node, replacement: string): Change[] => [{ start, end, replacement }]
const textOf = (node: unknown, source: string): string =>
  isNode(node) ? source.slice(node.start, node.end) : ''

/** Whether a node is text for sure: then `+` joins, and has no counterpart. */
function isText(node: unknown): boolean {
  if (!isNode(node)) return false
  if (node.type === 'BinaryExpression') return isText(node['left']) || isText(node['right'])
  return node.type === 'TemplateLiteral' || typeof node['value'] === 'string'
}

const COMPOUND: ReadonlySet<string> = new Set(['BinaryExpression', 'LogicalExpression'])

/** Written anew, in parentheses where they keep it one. */
function operators(node: Node, parent: Node | undefined, source: string): Change[] {
  const { operator } = node
  if (operator === '+' && isText(node)) return []
  const [left, right] = [node['left'] as Node, node['right'] as Node].map((operand) => {
    const text = textOf(operand, source)
    return COMPOUND.has(operand.type) ? `(${text})` : text
  })
  const isOperand = COMPOUND.has(parent?.type ?? '')
  return (OPERATORS[String(operator)] ?? []).flatMap((other) => {
    const written = `${left} ${other} ${right}`
    return whole(node, isOperand ? `(${written})` : written)
  })
}

function update(node: Node, _parent: Node | undefined, source: string): Change[] {
  const operand = textOf(node['argument'], source)
  const other = OPERATORS[String(node['operator'])]?.[0] ?? ''
  return whole(node, node['prefix'] === true ? `${other}${operand}` : `${operand}${other}`)
}

const unary: Mutator = (node, _parent, source) =>
  node['operator'] === '!' || node['operator'] === '-'
    ? whole(node, textOf(node['argument'], source))
    : []

/** A condition that always or never holds. A loop that never ends tells nothing, so it gets none. */
const condition =
  (...values: readonly boolean[]): Mutator =>
  (node) => {
    const { test } = node
    return isNode(test) ? values.flatMap((value) => whole(test, String(value))) : []
  }

/** Literals that are names, not values. */
function isName(node: Node, parent: Node | undefined): boolean {
  if (parent === undefined || parent.type === 'ImportExpression') return true
  const isKey = parent['key'] === node && parent['computed'] !== true
  return isKey || typeof parent['directive'] === 'string'
}

function literal(node: Node, parent: Node | undefined): Change[] {
  const { value } = node
  if (isName(node, parent)) return []
  if (typeof value === 'boolean') return whole(node, String(!value))
  if (typeof value === 'string') return whole(node, value === '' ? "'mutated'" : "''")
  if (typeof value === 'number') return whole(node, String(value + 1))
  return typeof value === 'bigint' ? whole(node, `${value + 1n}n`) : []
}

const template: Mutator = (node, parent, source) =>
  parent?.type === 'TaggedTemplateExpression' || textOf(node, source) === '``'
    ? []
    : whole(node, '``')

const isEmpty = (list: unknown): boolean => !Array.isArray(list) || list.length === 0

const array: Mutator = (node) => (isEmpty(node['elements']) ? [] : whole(node, '[]'))

/** Statements that are taken out. */
const REMOVED: ReadonlySet<string> = new Set(['ExpressionStatement', 'ThrowStatement'])
const statement: Mutator = (node, _parent, source) =>
  typeof node['directive'] === 'string' || callsSuper(node, source) ? [] : whole(node, ';')
/** The constructor of a derived class must call the other: without it every test fails. */
const callsSuper = (node: Node, source: string): boolean => textOf(node, source).includes('super(')

/** A block is emptied, unless taking out its one statement does the same. */
const block: Mutator = (node, _parent, source) => {
  const body = node['body'] as readonly Node[]
  const [only] = body
  const alone = body.length === 1 && only !== undefined && REMOVED.has(only.type)
  return body.length === 0 || alone || callsSuper(node, source) ? [] : whole(node, '{}')
}

const arrow: Mutator = (node) => {
  const body = node['body'] as Node
  const plain = body.type === 'BlockStatement' || body.type === 'Literal'
  return plain || body['name'] === 'undefined' ? [] : whole(body, 'undefined')
}

function call(node: Node, _parent: Node | undefined, source: string): Change[] {
  const { callee } = node
  if (!isNode(callee) || callee.type !== 'MemberExpression' || callee['computed'] === true) {
    return []
  }
  const property = callee['property'] as Node
  const name = String(property['name'])
  const other = METHODS.get(name)
  if (other !== undefined) return whole(property, other)
  return DROPPED.has(name) ? whole(node, textOf(callee['object'], source)) : []
}

const MUTATORS: Readonly<Record<string, Mutator>> = {
  ArrayExpression: array,
  ArrowFunctionExpression: arrow,
  AssignmentExpression: operators,
  BinaryExpression: operators,
  BlockStatement: block,
  CallExpression: call,
  ConditionalExpression: condition(true, false),
  DoWhileStatement: condition(false),
  ExpressionStatement: statement,
  ForStatement: condition(false),
  IfStatement: condition(true, false),
  Literal: literal,
  LogicalExpression: operators,
  TemplateLiteral: template,
  ThrowStatement: statement,
  UnaryExpression: unary,
  UpdateExpression: update,
  WhileStatement: condition(false),
}

/** Types are not code, and what is imported is no behaviour. */
const isPassedOver = ({ type, source }: Node): boolean =>
  type === 'ImportDeclaration' ||
  type === 'ExportAllDeclaration' ||
  (type === 'ExportNamedDeclaration' && source !== null) ||
  (type.startsWith('TS') && !TRANSPARENT.has(type))
const TRANSPARENT: ReadonlySet<string> = new Set([
  'TSAsExpression',
  'TSNonNullExpression',
  'TSSatisfiesExpression',
])

/**
 * Every mutant of a source file, in the order of their places. Some change nothing that can be
 * observed, as those of any such tool.
 * @throws Error for a file that is not TypeScript
 */
export function mutantsOf(file: string, source: string): Mutant[] {
  const { program, errors } = parseSync(file, source)
  if (errors.length > 0) throw new Error(`${file}: ${errors[0]?.message}`)
  const found: Change[] = []
  const visit = (node: Node, parent: Node | undefined): void => {
    if (isPassedOver(node)) return
    found.push(...(MUTATORS[node.type]?.(node, parent, source) ?? []))
    for (const value of Object.values(node)) {
      for (const inner of [value].flat()) if (isNode(inner)) visit(inner, node)
    }
  }
  visit(program as unknown as Node, undefined)
  const changes = found.filter(
    ({ start, end, replacement }) => source.slice(start, end) !== replacement,
  )
  return changes
    .map((change) => ({ ...change, line: source.slice(0, change.start).split('\n').length }))
    .sort((one, other) => one.start - other.start || one.end - other.end)
}

/** The source with one mutant in it. */
export const mutated = (source: string, { start, end, replacement }: Mutant): string =>
  `${source.slice(0, start)}${replacement}${source.slice(end)}`

/** So many of a list, drawn by a seed: the same for the same seed, in the order of the list. */
export function drawn<T>(list: readonly T[], count: number, seed: number): T[] {
  const random = randomOf(seed)
  const order = list.map((_, index) => ({ index, rank: random() }))
  return order
    .sort((one, other) => one.rank - other.rank)
    .slice(0, count)
    .sort((one, other) => one.index - other.index)
    .map(({ index }) => list[index] as T)
}

/** Numbers from 0 up to 1, mulberry32. */
function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
