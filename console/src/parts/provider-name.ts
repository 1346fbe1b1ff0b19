/** The name by which condition keys of a provider begin: `HOST/PATH`. */
export const providerName = (arn: string): string => {
  const mark = ':oidc-provider/'
  const at = arn.indexOf(mark)
  return at < 0 ? arn : arn.slice(at + mark.length)
}
