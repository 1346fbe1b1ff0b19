/**
 * CloudWatch Logs' filter patterns for JSON, as far as its documentation has them: selectors by name and
 * index, `=` `!=` `<` `>` `<=` `>=` with strings (quoted or not, `*` for any characters) and numbers, `IS
 * TRUE`, `IS FALSE`, `IS NULL`, `NOT EXISTS`, `&&` before `||`, parentheses.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 */

type Test = (event: unknown) => boolean

const TOKEN =
  /\s*(?:(\$(?:\.\w+|\[\d+\])+)|("(?:[^"\\]|\\.)*")|(&&|\|\||!=|<=|>=|[=<>(){}])|([^\s"=<>!&|(){}]+))/y

/** Whether an event matches a pattern. @throws Error for what is no pattern */
export function filterPattern(pattern: string): Test {
  const tokens = tokensOf(pattern)
  let at = 0
  const next = () => tokens[at++]
  const peek = () => tokens[at]
  const take = (...wanted: string[]) => {
    for (const one of wanted) {
      const found = next()
      if (found !== one) throw new Error(`${one} expected, not ${found}, in ${pattern}`)
    }
  }

  function any(): Test {
    const parts = [all()]
    while (peek() === '||') {
      take('||')
      parts.push(all())
    }
    return (event) => parts.some((part) => part(event))
  }

  function all(): Test {
    const parts = [one()]
    while (peek() === '&&') {
      take('&&')
      parts.push(one())
    }
    return (event) => parts.every((part) => part(event))
  }

  function one(): Test {
    if (peek() === '(') {
      take('(')
      const inner = any()
      take(')')
      return inner
    }
    const selector = next() ?? ''
    if (!selector.startsWith('$')) throw new Error(`a selector expected, not ${selector}`)
    const operator = next() ?? ''
    if (operator === 'NOT') {
      take('EXISTS')
      return (event) => select(event, selector) === undefined
    }
    const value = next() ?? ''
    if (operator === 'IS') {
      const wanted = new Map([
        ['TRUE', true],
        ['FALSE', false],
        ['NULL', null],
      ]).get(value)
      if (wanted === undefined) throw new Error(`IS ${value}?`)
      return (event) => select(event, selector) === wanted
    }
    return (event) => compare(select(event, selector), operator, value)
  }

  take('{')
  const whole = any()
  take('}')
  if (at !== tokens.length) throw new Error(`${peek()} after the end of ${pattern}`)
  return whole
}

function tokensOf(pattern: string): string[] {
  const tokens: string[] = []
  const text = pattern.trim()
  TOKEN.lastIndex = 0
  while (TOKEN.lastIndex < text.length) {
    const from = TOKEN.lastIndex
    const found = TOKEN.exec(text)
    if (found === null) throw new Error(`not a pattern, from ${from} on: ${text}`)
    tokens.push(found[1] ?? found[2] ?? found[3] ?? found[4] ?? '')
  }
  return tokens
}

/** Names and indexes one after the other; undefined where one is missing. */
function select(event: unknown, selector: string): unknown {
  let value = event
  for (const [, name, index] of selector.matchAll(/\.(\w+)|\[(\d+)\]/g)) {
    if (typeof value !== 'object' || value === null) return undefined
    const members: Readonly<Record<string, unknown>> = { ...value }
    value = members[name ?? index ?? '']
  }
  return value
}

function compare(value: unknown, operator: string, wanted: string): boolean {
  // what is missing, and what is no text or number, compares with nothing
  if (typeof value !== 'string' && typeof value !== 'number') return false
  const text = wanted.startsWith('"') ? wanted.slice(1, -1).replace(/\\(.)/g, '$1') : wanted
  const glob = new RegExp(
    `^${text
      .split('*')
      .map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
      .join('.*')}$`,
    's',
  )
  switch (operator) {
    case '=':
      return glob.test(String(value))
    case '!=':
      return !glob.test(String(value))
    case '<':
      return Number(value) < Number(text)
    case '>':
      return Number(value) > Number(text)
    case '<=':
      return Number(value) <= Number(text)
    case '>=':
      return Number(value) >= Number(text)
    default:
      throw new Error(`no operator: ${operator}`)
  }
}
