/**
 * What one key may have, as in AWS KMS. These are not settings: AWS's clients and Terraform's plans count on them.
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html
 */
export const ALIASES_PER_KEY = 50
/** @see https://docs.aws.amazon.com/kms/latest/developerguide/tagging-keys.html */
export const TAGS_PER_KEY = 50
export const GRANTS_PER_KEY = 50_000
/** bytes of UTF-8 */
export const KEY_POLICY_BYTES = 32_768
