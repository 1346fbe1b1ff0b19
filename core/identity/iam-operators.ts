/**
 * Operators of a deployed stage who come by AWS IAM: which identity of the stage's own AWS account is which
 * operator. Nobody is one who is not named.
 */
export interface IamOperators {
  /** AWS accounts of those named */
  readonly accounts: ReadonlySet<string>
  /**
   * Who an identity is here: `root`, or `user/<name>` of account 000000000000.
   * @param arn as AWS IAM's authorizer tells it: of a user, or of a role's session
   */
  operatorOf(arn: string): string | undefined
}

/** `root` or `user/<name>`, an equals sign, and the ARN of a user or role; names of AWS IAM have no colon and no space */
const ENTRY =
  /^(root|user\/[\w+=,.@-]{1,64})=(arn:(aws|aws-cn|aws-us-gov):iam::(\d{12}):(?:user|(role))\/(?:[\w+=,.@-]+\/)*([\w+=,.@-]{1,64}))$/
/** of a role's session, whose ARN has the role's name and not its path */
const SESSION = /^(arn:[a-z-]+:sts::\d{12}:assumed-role\/[\w+=,.@-]{1,64})\/[\w+=,.@-]{1,64}$/

/**
 * Reads who is which operator.
 * @param text entries such as `user/ana=arn:aws:iam::111122223333:role/path/ana`, with spaces between; '' for none
 * @throws Error whose message says what is wrong with which entry, after the setting's name
 */
export function readIamOperators(text: string): IamOperators {
  const operators = new Map<string, string>()
  const accounts = new Set<string>()
  for (const entry of text.split(' ').filter(Boolean)) {
    const [, operator = '', arn = '', partition, account = '', role, name] = ENTRY.exec(entry) ?? []
    if (operator === '') {
      throw new Error(
        `has '${entry}'; it must be root=ARN or user/NAME=ARN, of a user or role of AWS IAM, with spaces between`,
      )
    }
    // names of roles are unique in an account, whatever their paths
    const known = role === undefined ? arn : `arn:${partition}:sts::${account}:assumed-role/${name}`
    if (operators.has(known)) throw new Error(`names ${arn} twice`)
    operators.set(known, operator)
    accounts.add(account)
  }
  return {
    accounts,
    operatorOf: (arn) => operators.get(SESSION.exec(arn)?.[1] ?? arn),
  }
}
