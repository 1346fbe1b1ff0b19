/** Who a request comes from, as policies and audit records name it. */
export interface Caller {
  readonly accountId: string
  readonly type: 'root' | 'user' | 'role' | 'assumed-role'
  /** arn:aws:iam::<account>:root | user/… | role/…, or arn:aws:sts::<account>:assumed-role/<role>/<session> */
  readonly arn: string
  /** the account id for root, AIDA… for a user, AROA…:<session> for an assumed role */
  readonly userId: string
  /** user or role name; absent for root */
  readonly name?: string
  readonly tags: Readonly<Record<string, string>>
  /** the access key that signed */
  readonly accessKeyId: string
}

/** The account whose principals run the installation: tenants and their credentials are its business. */
export const OPERATOR_ACCOUNT = '000000000000'
